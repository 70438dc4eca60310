import { throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { IncrementalAlterConfigs } from '../../../protocol/apis/incremental-alter-configs.ts'
import { ToolError, type ToolResult } from '../../tool.ts'
import { type Entity, singular } from './entities.ts'
import { describeResource, ownerOf, resourceTypes } from './resources.ts'
import { alterUsers } from './users.ts'

const operationSet = 0
const operationDelete = 1

/** Sets and removes keys of one entity. */
export async function alterConfigs(
  client: KafkaClient,
  entities: readonly Entity[],
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
  randomBytes: (length: number) => Uint8Array,
): Promise<ToolResult> {
  const { type, name } = entities[0]! as { type: string; name: string }
  if (type === 'users' || type === 'clients' || type === 'ips')
    await alterUsers(client, entities, added, deleted, randomBytes)
  else await alterResource(client, type, name, added, deleted)
  return {
    lines: [
      name === ''
        ? `Completed updating default config for ${type} in the cluster.`
        : `Completed updating config for ${singular(type)} ${name}.`,
    ],
  }
}

async function alterResource(
  client: KafkaClient,
  type: string,
  name: string,
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
): Promise<void> {
  if (type === 'broker-loggers') {
    const known = new Set((await describeResource(client, type, name)).map(entry => entry.name))
    const unknown = [...deleted, ...added.keys()].filter(logger => !known.has(logger))
    if (unknown.length > 0) throw new ToolError(`Invalid broker logger(s): ${unknown.join(',')}`)
  }
  // A controller takes changes for any broker; levels of loggers are each node's own.
  const isForController = client.usesControllers && type !== 'broker-loggers'
  const owner = await (isForController ? client.any() : ownerOf(client, type, name))
  const { responses } = await owner.send(IncrementalAlterConfigs, {
    resources: [
      {
        resourceType: resourceTypes[type]!,
        resourceName: name,
        configs: [
          ...deleted.map(key => ({ name: key, configOperation: operationDelete, value: '' })),
          ...Array.from(added, ([key, value]) => ({ name: key, configOperation: operationSet, value })),
        ],
      },
    ],
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of responses) throwIfError(errorCode, errorMessage)
}
