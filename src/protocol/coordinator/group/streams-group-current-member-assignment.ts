import { array, int8, int32, nullable, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const taskIds = {
  subtopologyId: string,
  partitions: array(int32),
  /** Meant to be null by default, and is not: an unquoted null is none. */
  assignmentEpochs: nullable(array(int32)).tagged(0),
}

/** Type 22: a member as it is. */
export const StreamsGroupCurrentMemberAssignmentKey = message('StreamsGroupCurrentMemberAssignmentKey', {
  key: 22,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 22: the tasks it runs, has still to give up, and its epochs. */
export const StreamsGroupCurrentMemberAssignmentValue = message('StreamsGroupCurrentMemberAssignmentValue', {
  key: 22,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
    activeTasksPendingRevocation: array(taskIds),
    standbyTasksPendingRevocation: array(taskIds),
    warmupTasksPendingRevocation: array(taskIds),
  },
})
