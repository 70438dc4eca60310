import { type DescribedGroup, describeConsumerGroup } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import type { ToolEnvironment, ToolResult } from '../../tool.ts'
import { membersOf } from './describe-members.ts'
import { offsetsOf } from './describe-offsets.ts'
import { stateOf } from './describe-state.ts'
import { failure } from './failure.ts'
import type { GroupDescription } from './group-description.ts'
import { groupIds } from './group-ids.ts'
import type { ConsumerGroupOptions } from './options.ts'

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
  environment.progress(() => `Describing groups: ${descriptions.length} of ${ids.length}`)
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
