import type { DescribedGroup, GroupMember } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { byTopic, type TopicPartition } from '../../../client/partitions.ts'
import { columnLine, columnWidth } from '../../columns.ts'
import { type GroupDescription, missing } from './group-description.ts'

/** Who is in the group, and with `isVerbose` what each reads and should read. */
export async function membersOf(
  _client: KafkaClient,
  group: DescribedGroup,
  isVerbose: boolean,
): Promise<GroupDescription> {
  const { members } = group
  const isStatic = members.some(({ instanceId }) => instanceId !== '')
  // While a group changes its protocol, members tell which of the two they speak.
  const isMigrating = [true, false].every(upgraded => members.some(({ isUpgraded }) => isUpgraded === upgraded))
  const columns = [
    { title: 'GROUP', of: () => group.groupId, min: 15 },
    { title: 'CONSUMER-ID', of: (member: GroupMember) => member.memberId, min: 15 },
    ...(isStatic ? [{ title: 'GROUP-INSTANCE-ID', of: (member: GroupMember) => member.instanceId, min: 17 }] : []),
    { title: 'HOST', of: (member: GroupMember) => member.host, min: 15 },
    { title: 'CLIENT-ID', of: (member: GroupMember) => member.clientId, min: 15 },
    { title: '#PARTITIONS', of: (member: GroupMember) => String(member.assignment.length), min: 15 },
    ...(isVerbose ? verboseColumns(group) : []),
    ...(isVerbose && isMigrating
      ? [{ title: 'UPGRADED', of: (member: GroupMember) => String(member.isUpgraded ?? missing), min: 0 }]
      : []),
  ]
  const titles = columns.map(({ title }) => title)
  const rows = members.map(member => columns.map(({ of }) => of(member)))
  const widths = columns.map(({ min, of }) => (min === 0 ? 0 : columnWidth(min, members.map(of))))
  // Without the verbose columns a space is left at the end.
  const end = isVerbose ? '' : ' '
  return {
    rowCount: members.length,
    lines: ['', ...[titles, ...rows].map(row => columnLine(widths, row) + end)],
    columns: titles,
    rows,
    data: { group: group.groupId, state: group.state, members },
  }
}

function verboseColumns({ assignmentEpoch }: DescribedGroup) {
  return [
    { title: 'CURRENT-EPOCH', of: (member: GroupMember) => String(member.memberEpoch ?? missing), min: 15 },
    { title: 'CURRENT-ASSIGNMENT', of: (member: GroupMember) => assignmentText(member.assignment), min: 20 },
    { title: 'TARGET-EPOCH', of: () => String(assignmentEpoch ?? missing), min: 15 },
    { title: 'TARGET-ASSIGNMENT', of: (member: GroupMember) => assignmentText(member.targetAssignment), min: 20 },
  ]
}

/** `orders:0,1;payments:2`. */
function assignmentText(assignment: readonly TopicPartition[]): string {
  if (assignment.length === 0) return missing
  return Array.from(
    byTopic(assignment),
    ([topic, partitions]) =>
      `${topic}:${partitions
        .map(({ partition }) => partition)
        .sort((a, b) => a - b)
        .join(',')}`,
  )
    .sort()
    .join(';')
}
