import { assert } from '../../assertion.ts'
import type { GroupRecord, RecordedGroup } from '../group-record.ts'
import type { ClassicGroup } from './classic-group.ts'

/** The record of a group as it stands, with the assignment each member is about to get. */
export function groupMetadataRecord(group: ClassicGroup, assignmentOf: (memberId: string) => Uint8Array): GroupRecord {
  const members = Array.from(group.members.values(), member => {
    const subscription = group.protocolName === null ? undefined : member.metadata(group.protocolName)
    assert(subscription !== undefined, `Group ${group.groupId} has members and so a protocol.`)
    return {
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      sessionTimeoutMs: member.sessionTimeoutMs,
      subscription,
      assignment: assignmentOf(member.memberId),
    }
  })
  const value: RecordedGroup = {
    protocolType: group.protocolType ?? '',
    generationId: group.generationId,
    protocolName: group.protocolName,
    leaderId: group.leaderId,
    stateSinceMs: group.stateSinceMs,
    members,
  }
  return { kind: 'group-metadata', groupId: group.groupId, value }
}

/** The record of a group nobody has joined yet. */
export function newGroupRecord(group: ClassicGroup): GroupRecord {
  const value: RecordedGroup = {
    protocolType: '',
    generationId: 0,
    protocolName: null,
    leaderId: null,
    stateSinceMs: group.stateSinceMs,
    members: [],
  }
  return { kind: 'group-metadata', groupId: group.groupId, value }
}
