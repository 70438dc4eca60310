import type { BrokerConnection } from '../../client/broker-connection.ts'
import { ClientError } from '../../client/client-error.ts'
import { API_KEYS, type ApiKeyInfo, apiKeyInfo } from '../../protocol/api-keys.ts'
import type { VersionRange } from '../../protocol/schema/field.ts'
import { clientOptions } from '../client-options.ts'
import { type Tool, tool } from '../tool.ts'

export const brokerApiVersions: Tool = tool({
  options: clientOptions,
  examples: [['What the brokers of the cluster speak', '']],
  async run(given, environment) {
    given.require('bootstrap-server')
    const client = await environment.connect(given.text('bootstrap-server')!, given.text('command-config'))
    const { brokers } = await client.metadata([])
    const found = await Promise.all(
      brokers.map(async ({ nodeId, host, port, rack }) => ({
        node: `${host}:${port} (id: ${nodeId} rack: ${rack} isFenced: false)`,
        nodeId,
        versions: await client.broker(nodeId).then(versionsOf, refusal),
      })),
    )
    const apis = found.flatMap(({ nodeId, versions }) =>
      versions instanceof ClientError ? [] : Array.from(versions, ([key, range]) => ({ nodeId, key, range })),
    )
    return {
      lines: found.flatMap(({ node, versions }) =>
        versions instanceof ClientError ? [`${node} -> ERROR: ${versions.message}`] : brokerLines(node, versions),
      ),
      table: {
        columns: ['Broker', 'API', 'Key', 'Oldest', 'Newest'],
        rows: apis.map(({ nodeId, key, range }) => [nodeId, nameOf(key), key, ...range]),
      },
      data: apis.map(({ nodeId, key, range }) => ({
        broker: nodeId,
        api: nameOf(key),
        key,
        min: range[0],
        max: range[1],
      })),
    }
  },
})

const versionsOf = (connection: BrokerConnection) => connection.brokerVersions

function refusal(error: unknown): ClientError {
  if (error instanceof ClientError) return error
  throw error
}

function brokerLines(node: string, versions: ReadonlyMap<number, VersionRange>): string[] {
  const missing = API_KEYS.filter(api => isForClients(api) && !versions.has(api.key))
  const texts = [
    ...Array.from(versions, ([key, range]): [number, string] => [
      key,
      `${nameOf(key)}(${key}): ${rangeText(key, range)}`,
    ]),
    ...missing.map((api): [number, string] => [api.key, `${api.name}(${api.key}): UNSUPPORTED`]),
  ].sort(([a], [b]) => a - b)
  const last = texts.length - 1
  return [`${node} -> (`, ...texts.map(([, text], index) => `\t${text}${index === last ? '' : ','}`), ')']
}

function rangeText(key: number, [min, max]: VersionRange): string {
  const range = min === max ? `${min}` : `${min} to ${max}`
  const own = apiKeyInfo(key)?.versions
  if (own === undefined) return range
  if (own[1] < min) return `${range} [unusable: node too new]`
  if (max < own[0]) return `${range} [unusable: node too old]`
  return `${range} [usable: ${Math.min(own[1], max)}]`
}

function nameOf(key: number): string {
  return apiKeyInfo(key)?.name ?? 'UNKNOWN'
}

function isForClients({ listeners }: ApiKeyInfo): boolean {
  return listeners.includes('broker')
}
