import type { KafkaClient } from '../../../client/kafka-client.ts'
import { ToolError, type ToolResult } from '../../tool.ts'
import type { Entity } from './entities.ts'
import { addressQuotaKeys, alterQuotas, describeQuotas, quotaKeys } from './quotas.ts'
import { alterScramCredentials, describeScramCredentials, isScram } from './scram.ts'

type RandomBytes = (length: number) => Uint8Array

/** Users, clients and addresses have quotas; users by themselves have credentials too. */
export async function describeUsers(client: KafkaClient, entities: readonly Entity[]): Promise<ToolResult> {
  const quotas = await describeQuotas(client, entities)
  const isOfUsers = entities[0]?.type === 'users' && !entities.some(({ type }) => type === 'clients')
  if (!isOfUsers || entities.some(({ name }) => name === '')) return quotas
  const credentials = await describeScramCredentials(
    client,
    entities.flatMap(({ name }) => name ?? []),
  )
  return {
    lines: [...quotas.lines, ...credentials.lines],
    data: { quotas: quotas.data, credentials: credentials.data },
  }
}

export async function alterUsers(
  client: KafkaClient,
  entities: readonly Entity[],
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
  randomBytes: RandomBytes,
): Promise<void> {
  const keys = [...added.keys(), ...deleted]
  if (entities[0]?.type === 'ips') {
    const unknown = keys.filter(key => !addressQuotaKeys.includes(key))
    if (unknown.length === 0) return await alterQuotas(client, entities, added, deleted)
    throw new ToolError(
      "Only connection quota configs can be added for 'ips' using --bootstrap-server. Unexpected config names: " +
        unknown.join(','),
    )
  }
  const mayHaveCredentials = entities.length === 1 && entities[0]?.type === 'users'
  check(mayHaveCredentials, [...added.keys()], 'added', 'Set')
  check(mayHaveCredentials, deleted, 'deleted', 'ArrayBuffer')
  const user = entities[0]?.name ?? ''
  const hasQuotas = keys.some(key => quotaKeys.includes(key))
  if (keys.some(isScram)) {
    if (user === '') {
      throw new ToolError(
        'The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using ' +
          '--bootstrap-server.',
      )
    }
    if (hasQuotas) {
      throw new ToolError(
        "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.",
      )
    }
  }
  if (hasQuotas) await alterQuotas(client, entities, added, deleted)
  else await alterScramCredentials(client, user, added, deleted, randomBytes)
}

/** `collection` is what Kafka's tool, written in Scala, keeps the keys in, and shows. */
function check(mayHaveCredentials: boolean, keys: readonly string[], verb: string, collection: string): void {
  const unknown = keys.filter(key => !quotaKeys.includes(key) && !(mayHaveCredentials && isScram(key)))
  if (unknown.length === 0) return
  const [kind, type] = mayHaveCredentials ? ['quota and SCRAM credential', 'users'] : ['quota', 'clients']
  throw new ToolError(
    `Only ${kind} configs can be ${verb} for '${type}' using --bootstrap-server. Unexpected config names: ` +
      `${collection}(${unknown.join(', ')})`,
  )
}
