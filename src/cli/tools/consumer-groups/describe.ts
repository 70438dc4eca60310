import { type DescribedGroup, describeConsumerGroup, listGroups } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import type { ToolEnvironment, ToolResult } from '../../tool.ts'
import { type ConsumerGroupOptions, failure } from '../consumer-groups.ts'
import { membersOf } from './describe-members.ts'
import { offsetsOf } from './describe-offsets.ts'
import { stateOf } from './describe-state.ts'

/** What stands where there is nothing to tell. */
export const missing = '-'

/** One part of what is told of a group. */
export interface GroupDescription {
  /** How many rows it has; without any nothing is printed but, by `--members`, the titles. */
  readonly rowCount: number
  readonly lines: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly data: unknown
}

export async function describeGroups(
  given: ConsumerGroupOptions,
  environment: ToolEnvironment,
  client: KafkaClient,
): Promise<ToolResult> {
  const ids = await groupIds(given, client)
  const isVerbose = given.has('verbose')
  const describe = given.has('members') ? membersOf : given.has('state') ? stateOf : offsetsOf
  const lines: string[] = []
  const descriptions: GroupDescription[] = []
  for (const id of ids) {
    const group = await describeConsumerGroup(client, id)
    const description = await describe(client, group, isVerbose)
    descriptions.push(description)
    const { told, isShown } = stateNotice(group, description.rowCount)
    lines.push(...told.printed)
    for (const line of told.warned) environment.terminal.printError(line)
    if (isShown || given.has('members')) lines.push(...description.lines)
  }
  return {
    lines,
    table: { columns: descriptions[0]?.columns ?? [], rows: descriptions.flatMap(({ rows }) => rows) },
    data: descriptions.map(({ data }) => data),
  }
}

export async function groupIds(given: ConsumerGroupOptions, client: KafkaClient): Promise<string[]> {
  if (!given.has('all-groups')) return [...new Set(given.texts('group'))].sort()
  const groups = await listGroups(client, { types: ['Classic', 'Consumer'] })
  return groups
    .filter(({ protocolType }) => protocolType === 'consumer' || protocolType === '')
    .map(({ groupId }) => groupId)
}

/** What is said of a group's state before anything else. */
function stateNotice({ groupId, state }: DescribedGroup, rowCount: number) {
  const warned: string[] = []
  if (state === 'Empty') warned.push('', `Consumer group '${groupId}' has no active members.`)
  if (['PreparingRebalance', 'CompletingRebalance', 'Assigning', 'Reconciling'].includes(state)) {
    warned.push('', `Warning: Consumer group '${groupId}' is rebalancing.`)
  }
  const isDead = state === 'Dead'
  const printed = isDead ? failure(`Consumer group '${groupId}' does not exist.`) : []
  return { told: { printed, warned }, isShown: !isDead && rowCount > 0 }
}
