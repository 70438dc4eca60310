import type { Instant } from '../../coordinator/instant.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { renewSession } from './session.ts'

/** Answers every parked SyncGroup with what its member is assigned, or with the error. */
export function propagateAssignment(groups: ClassicGroups, group: ClassicGroup, errorCode: number, now: Instant): void {
  const isAssigned = errorCode === 0
  for (const member of group.members.values()) {
    const isAnswered = member.answerSync({
      errorCode,
      protocolType: isAssigned ? group.protocolType : null,
      protocolName: isAssigned ? group.protocolName : null,
      assignment: member.assignment,
    })
    // While its SyncGroup was parked its session could not end, and nothing would end it from here on.
    if (isAnswered) renewSession(groups, member, now)
  }
}
