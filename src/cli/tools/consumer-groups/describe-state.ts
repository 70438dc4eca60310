import type { DescribedGroup } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { columnLine, columnWidth } from '../../columns.ts'
import { type GroupDescription, missing } from './group-description.ts'

/** The group's state, who coordinates it and how many members it has. */
export async function stateOf(
  _client: KafkaClient,
  group: DescribedGroup,
  isVerbose: boolean,
): Promise<GroupDescription> {
  const { host, port, nodeId } = group.coordinator
  const coordinator = `${host}:${port}  (${nodeId})`
  const columns: [title: string, cell: string | number, width: number][] = [
    ['GROUP', group.groupId, columnWidth(15, [group.groupId])],
    ['COORDINATOR (ID)', coordinator, columnWidth(25, [coordinator])],
    ['ASSIGNMENT-STRATEGY', group.assignor || missing, 20],
    ['STATE', group.state, 20],
    ...(isVerbose
      ? [
          ['GROUP-EPOCH', group.groupEpoch ?? missing, 15] as [string, string | number, number],
          ['TARGET-ASSIGNMENT-EPOCH', group.assignmentEpoch ?? missing, 25] as [string, string | number, number],
        ]
      : []),
    ['#MEMBERS', group.members.length, 0],
  ]
  const titles = columns.map(([title]) => title)
  const cells = columns.map(([, cell]) => cell)
  const widths = columns.map(([, , width]) => width)
  return {
    rowCount: 1,
    lines: ['', columnLine(widths, titles), columnLine(widths, cells)],
    columns: titles,
    rows: [cells],
    data: {
      group: group.groupId,
      coordinator: group.coordinator,
      assignor: group.assignor,
      state: group.state,
      groupEpoch: group.groupEpoch ?? null,
      assignmentEpoch: group.assignmentEpoch ?? null,
      memberCount: group.members.length,
    },
  }
}
