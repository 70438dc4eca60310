import { listGroups } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import type { ConsumerGroupOptions } from './options.ts'

/** The groups the command line means. */
export async function groupIds(given: ConsumerGroupOptions, client: KafkaClient): Promise<string[]> {
  if (!given.has('all-groups')) return [...new Set(given.texts('group'))].sort()
  const groups = await listGroups(client, { types: ['Classic', 'Consumer'] })
  return groups
    .filter(({ protocolType }) => protocolType === 'consumer' || protocolType === '')
    .map(({ groupId }) => groupId)
}
