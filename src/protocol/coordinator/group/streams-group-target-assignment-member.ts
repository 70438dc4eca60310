import { array, int32, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const taskIds = {
  subtopologyId: string,
  partitions: array(int32),
}

export const StreamsGroupTargetAssignmentMemberKey = message('StreamsGroupTargetAssignmentMemberKey', {
  key: 21,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

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
