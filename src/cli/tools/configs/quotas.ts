import { throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { AlterClientQuotas } from '../../../protocol/apis/alter-client-quotas.ts'
import { DescribeClientQuotas } from '../../../protocol/apis/describe-client-quotas.ts'
import { ToolError, type ToolResult } from '../../tool.ts'
import type { Entity } from './entities.ts'

/** Kafka's names in requests for the types of entities, and in the lines of its tool. */
const entityKinds: Readonly<Record<string, { readonly type: string; readonly title: string }>> = {
  users: { type: 'user', title: 'user-principal' },
  clients: { type: 'client-id', title: 'client-id' },
  ips: { type: 'ip', title: 'ip' },
}

export const quotaKeys = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage', 'controller_mutation_rate']
export const addressQuotaKeys = ['connection_creation_rate']

interface Quotas {
  readonly entity: ReadonlyMap<string, string | null>
  readonly values: ReadonlyMap<string, number>
}

export async function describeQuotas(client: KafkaClient, entities: readonly Entity[]): Promise<ToolResult> {
  const found = await quotasOf(client, entities)
  return {
    lines: found.map(({ entity, values }) => {
      const names = Object.values(entityKinds).flatMap(({ type, title }) => {
        const name = entity.get(type)
        if (name === undefined) return []
        return name === null ? `the default ${title}` : `${title} '${name}'`
      })
      const quotas = Array.from(
        values,
        ([key, value]) => `${key}=${Number.isInteger(value) ? value.toFixed(1) : value}`,
      )
      return `Quota configs for ${names.join(', ')} are ${quotas.join(', ')}`
    }),
    data: found.map(({ entity, values }) => ({
      entity: Object.fromEntries(entity),
      quotas: Object.fromEntries(values),
    })),
  }
}

export async function alterQuotas(
  client: KafkaClient,
  entities: readonly Entity[],
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
): Promise<void> {
  const present = (await quotasOf(client, entities))[0]?.values ?? new Map<string, number>()
  const missing = deleted.filter(key => !present.has(key))
  if (missing.length > 0) throw new ToolError(`Invalid config(s): ${missing.join(',')}`)
  const { entries } = await client.ask(AlterClientQuotas, {
    entries: [
      {
        entity: entities.map(({ type: of, name }) => ({
          entityType: entityKinds[of!]!.type,
          entityName: name || null,
        })),
        ops: [
          ...Array.from(added, ([key, value]) => ({ key, value: quotaValue(key, value), remove: false })),
          ...deleted.map(key => ({ key, value: 0, remove: true })),
        ],
      },
    ],
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of entries) throwIfError(errorCode, errorMessage)
}

function quotaValue(key: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) {
    throw new ToolError(`Cannot parse quota configuration value for ${key}: ${text}`)
  }
  return value
}

const matchExact = 0
const matchDefault = 1
const matchAny = 2

async function quotasOf(client: KafkaClient, entities: readonly Entity[]): Promise<Quotas[]> {
  const response = await client.ask(DescribeClientQuotas, {
    components: entities.map(({ type, name }) => {
      if (type === undefined) throw new ToolError('More entity names specified than entity types')
      return {
        entityType: entityKinds[type]!.type,
        matchType: name === undefined ? matchAny : name === '' ? matchDefault : matchExact,
        match: name || null,
      }
    }),
    strict: true,
  })
  throwIfError(response.errorCode, response.errorMessage)
  return (response.entries ?? []).map(({ entity, values }) => ({
    entity: new Map(entity.map(({ entityType, entityName }) => [entityType, entityName])),
    values: new Map(values.map(({ key, value }) => [key, value])),
  }))
}
