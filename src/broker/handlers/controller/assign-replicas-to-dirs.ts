import { AssignReplicasToDirs } from '../../../protocol/apis/assign-replicas-to-dirs.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { handlerOf } from '../../handler.ts'

export const handler = handlerOf(
  AssignReplicasToDirs,
  async (services, { brokerId, brokerEpoch, directories }) => {
    const assignments = directories.flatMap(({ id, topics }) =>
      topics.flatMap(({ topicId, partitions }) =>
        partitions.map(({ partitionIndex }) => ({ topicId, partitionIndex, directoryId: id })),
      ),
    )
    const result = await services.controller.assignReplicasToDirs({ brokerId, brokerEpoch, assignments })
    if (result.errorCode !== ErrorCode.NONE) return refused(result.errorCode)
    const errorCodes = result.errorCodes.values()
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      directories: directories.map(({ id, topics }) => ({
        id,
        topics: topics.map(({ topicId, partitions }) => ({
          topicId,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode: errorCodes.next().value ?? ErrorCode.UNKNOWN_SERVER_ERROR,
          })),
        })),
      })),
    }
  },
  { errorResponse: (_request, errorCode) => refused(errorCode) },
)

function refused(errorCode: number) {
  return { throttleTimeMs: 0, errorCode, directories: [] }
}
