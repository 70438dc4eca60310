import { ClientError } from '../../../client/client-error.ts'
import {
  type CommittedOffset,
  committedOffsets,
  type DescribedGroup,
  type GroupMember,
} from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { listOffsets, OffsetSpec } from '../../../client/list-offsets.ts'
import { inOrder, partitionName, type TopicPartition } from '../../../client/partitions.ts'
import { columnLine, columnWidth } from '../../columns.ts'
import { type GroupDescription, missing } from './group-description.ts'

interface Row extends TopicPartition {
  readonly committed: CommittedOffset | undefined
  /** `undefined` where the partition has no leader to ask. */
  readonly logEndOffset: number | undefined
  readonly member: GroupMember | undefined
}

/** What the group has committed, how far that is from the end, and who reads each partition. */
export async function offsetsOf(
  client: KafkaClient,
  group: DescribedGroup,
  isVerbose: boolean,
): Promise<GroupDescription> {
  const rows = await rowsOf(client, group)
  const titles = [
    ...['GROUP', 'TOPIC', 'PARTITION'],
    ...(isVerbose ? ['LEADER-EPOCH'] : []),
    ...['CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG', 'CONSUMER-ID', 'HOST', 'CLIENT-ID'],
  ]
  const cells = rows.map(row => [
    group.groupId,
    row.topic,
    row.partition,
    ...(isVerbose ? [row.committed?.leaderEpoch ?? missing] : []),
    row.committed?.offset ?? missing,
    row.logEndOffset ?? missing,
    lagOf(row) ?? missing,
    row.member?.memberId ?? missing,
    row.member?.host ?? missing,
    row.member?.clientId ?? missing,
  ])
  const widths = [
    columnWidth(15, [group.groupId]),
    columnWidth(
      15,
      rows.map(row => row.topic),
    ),
    10,
    ...(isVerbose ? [15] : []),
    ...[15, 15, 15],
    columnWidth(
      15,
      rows.map(row => row.member?.memberId ?? missing),
    ),
    columnWidth(
      15,
      rows.map(row => row.member?.host ?? missing),
    ),
    0,
  ]
  return {
    rowCount: rows.length,
    lines: ['', columnLine(widths, titles), ...cells.map(row => columnLine(widths, row))],
    columns: titles,
    rows: cells,
    data: {
      group: group.groupId,
      state: group.state,
      partitions: rows.map(row => ({
        topic: row.topic,
        partition: row.partition,
        currentOffset: row.committed?.offset ?? null,
        leaderEpoch: row.committed?.leaderEpoch ?? null,
        logEndOffset: row.logEndOffset ?? null,
        lag: lagOf(row) ?? null,
        consumerId: row.member?.memberId ?? null,
        host: row.member?.host ?? null,
        clientId: row.member?.clientId ?? null,
      })),
    },
  }
}

function lagOf({ committed, logEndOffset }: Row): number | undefined {
  return committed === undefined || logEndOffset === undefined ? undefined : logEndOffset - committed.offset
}

/** Those that somebody reads come first, whoever reads most before the others. */
async function rowsOf(client: KafkaClient, group: DescribedGroup): Promise<Row[]> {
  const committed = await committedOffsets(client, group.groupId)
  const members = group.members
    .filter(({ assignment }) => assignment.length > 0)
    .sort((a, b) => b.assignment.length - a.assignment.length)
  const assigned = new Set(members.flatMap(({ assignment }) => assignment.map(partitionName)))
  const owned = members.flatMap(member => inOrder(member.assignment).map(partition => ({ ...partition, member })))
  const unowned = inOrder(committed.filter(offset => !assigned.has(partitionName(offset)))).map(partition => ({
    ...partition,
    member: undefined,
  }))
  const rows = [...owned, ...unowned].map(({ topic, partition, member }) => ({ topic, partition, member }))
  const ends = await listOffsets(
    client,
    rows.map(({ topic, partition }) => ({ topic, partition, timestamp: OffsetSpec.LATEST })),
  )
  const endOf = new Map(Array.from(ends, ([query, end]) => [partitionName(query), end]))
  const committedOf = new Map(committed.map(offset => [partitionName(offset), offset]))
  return rows.map(row => {
    const end = endOf.get(partitionName(row))
    return {
      ...row,
      committed: committedOf.get(partitionName(row)),
      logEndOffset: end === undefined || end instanceof ClientError ? undefined : end,
    }
  })
}
