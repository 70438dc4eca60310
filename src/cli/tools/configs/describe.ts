import { ClientError, throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { ListConfigResources } from '../../../protocol/apis/list-config-resources.ts'
import { ListGroups } from '../../../protocol/apis/list-groups.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import type { ToolResult } from '../../tool.ts'
import { describeHeader, type Entity, singular } from './entities.ts'
import { type ConfigEntry, describeResource, resourceTypes, sourceName } from './resources.ts'
import { describeUsers } from './users.ts'

/** The configuration of one entity, or of all of its type: what was set for it, or with `isAll` every key. */
export async function describeConfigs(
  client: KafkaClient,
  entities: readonly Entity[],
  isAll: boolean,
): Promise<ToolResult> {
  const { type, name } = entities[0]!
  if (type === 'users' || type === 'clients' || type === 'ips') return await describeUsers(client, entities)
  if (!isAll && name !== undefined && name !== '' && !(await namesOf(client, type!)).includes(name)) {
    return { lines: [`The ${singular(type!)} '${name}' doesn't exist and doesn't have dynamic config.`] }
  }
  const names = name === undefined ? await allNames(client, type!) : [name]
  const described: { name: string; entries: ConfigEntry[] }[] = []
  for (const one of names) {
    const entries = await describeResource(client, type!, one)
    described.push({ name: one, entries: entries.filter(entry => isAll || isDynamic(entry, type!, one)) })
  }
  return {
    lines: described.flatMap(({ name: one, entries }) => [
      ...describeHeader({ type, name: one }, isAll),
      ...entries.map(entryLine),
    ]),
    table: {
      columns: ['Name', 'Key', 'Value', 'From'],
      rows: described.flatMap(({ name: one, entries }) =>
        entries.map(entry => [one, entry.name, entry.value ?? '', sourceName(entry.configSource)]),
      ),
    },
    data: described.map(({ name: one, entries }) => ({
      type,
      name: one,
      configs: entries.map(({ name: key, value, configSource, isSensitive, readOnly }) => ({
        key,
        value,
        source: sourceName(configSource),
        isSensitive,
        isReadOnly: readOnly,
      })),
    })),
  }
}

/** What was set for the entity itself. Of loggers every level counts. */
function isDynamic({ configSource }: ConfigEntry, type: string, name: string): boolean {
  switch (type) {
    case 'topics':
      return sourceName(configSource) === 'DYNAMIC_TOPIC_CONFIG'
    case 'brokers':
      return sourceName(configSource) === (name === '' ? 'DYNAMIC_DEFAULT_BROKER_CONFIG' : 'DYNAMIC_BROKER_CONFIG')
    case 'client-metrics':
      return sourceName(configSource) === 'DYNAMIC_CLIENT_METRICS_CONFIG'
    case 'groups':
      return sourceName(configSource) === 'DYNAMIC_GROUP_CONFIG'
    default:
      return true
  }
}

function entryLine({ name, value, isSensitive, synonyms }: ConfigEntry): string {
  const origins = synonyms.map(synonym => `${sourceName(synonym.source)}:${synonym.name}=${synonym.value}`)
  return `  ${name}=${value} sensitive=${isSensitive} synonyms={${origins.join(', ')}}`
}

async function namesOf(client: KafkaClient, type: string): Promise<string[]> {
  switch (type) {
    case 'topics':
      return (await client.metadata(null)).topics.map(topic => topic.name!)
    case 'brokers':
    case 'broker-loggers':
      return (await client.nodeIds()).map(String)
    case 'groups':
      return [...new Set([...(await groupIds(client)), ...(await resourcesOf(client, type))])]
    default:
      return await resourcesOf(client, type)
  }
}

async function allNames(client: KafkaClient, type: string): Promise<string[]> {
  const names = (await namesOf(client, type)).sort()
  return type === 'brokers' || type === 'broker-loggers' ? [...names, ''] : names
}

async function groupIds(client: KafkaClient): Promise<string[]> {
  const lists = await Promise.all(
    (await client.brokerIds()).map(async id => {
      const response = await (await client.broker(id)).send(ListGroups, {})
      throwIfError(response.errorCode)
      return response.groups.map(({ groupId }) => groupId)
    }),
  )
  return lists.flat()
}

async function resourcesOf(client: KafkaClient, type: string): Promise<string[]> {
  try {
    const response = await client.ask(ListConfigResources, { resourceTypes: [resourceTypes[type]!] })
    throwIfError(response.errorCode)
    return response.configResources.map(({ resourceName }) => resourceName)
  } catch (error) {
    if (error instanceof ClientError && error.code === ErrorCode.UNSUPPORTED_VERSION) return []
    throw error
  }
}
