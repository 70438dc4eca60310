import { array, int32, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const taskIds = {
  subtopologyId: string,
  partitions: array(int32),
}

/** Type 21: a member in the target assignment. */
export const StreamsGroupTargetAssignmentMemberKey = message('StreamsGroupTargetAssignmentMemberKey', {
  key: 21,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 21: the tasks it should run. */
export const StreamsGroupTargetAssignmentMemberValue = message('StreamsGroupTargetAssignmentMemberValue', {
  key: 21,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
  },
})
