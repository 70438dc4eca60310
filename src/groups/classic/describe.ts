import { assert } from '../../assertion.ts'
import type { DescribeGroups } from '../../protocol/apis/describe-groups.ts'
import type { ListGroups } from '../../protocol/apis/list-groups.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf } from '../../protocol/schema/api.ts'
import type { Group } from '../group-table.ts'
import { consumerProtocolType } from './classic-group.ts'

export type DescribedGroup = NonNullable<EncodableResponseOf<typeof DescribeGroups>['groups']>[number]
export type ListedGroup = NonNullable<EncodableResponseOf<typeof ListGroups>['groups']>[number]

/** From this version on DescribeGroups says GROUP_ID_NOT_FOUND; before, a group that is not there is Dead. */
const groupIdNotFoundVersion = 6

export function describeGroup(groupId: string, group: Group | undefined, apiVersion: number): DescribedGroup {
  if (group === undefined) return describeMissing(groupId, apiVersion, `Group ${groupId} not found.`)
  if (group.type !== 'classic') return describeMissing(groupId, apiVersion, `Group ${groupId} is not a classic group.`)
  const isStable = group.state === 'Stable'
  assert(!isStable || group.protocolName !== null, `Group ${groupId} is stable and so has a protocol.`)
  return {
    errorCode: ErrorCode.NONE,
    groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: (isStable ? group.protocolName : null) ?? '',
    members: Array.from(group.members.values(), member => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: (isStable ? member.metadata(group.protocolName!) : undefined) ?? new Uint8Array(0),
      memberAssignment: member.assignment,
    })),
  }
}

function describeMissing(groupId: string, apiVersion: number, errorMessage: string): DescribedGroup {
  const missing = { groupId, groupState: 'Dead', protocolType: '', protocolData: '', members: [] }
  return apiVersion < groupIdNotFoundVersion
    ? { ...missing, errorCode: ErrorCode.NONE }
    : { ...missing, errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage }
}

export function listGroup(group: Group): ListedGroup {
  return {
    groupId: group.groupId,
    protocolType: group.type === 'consumer' ? consumerProtocolType : (group.protocolType ?? ''),
    groupState: group.state,
    groupType: group.type,
  }
}
