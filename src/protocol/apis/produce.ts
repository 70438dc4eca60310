import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, records, string, struct, uuid } from '../schema/field.ts'

export const Produce = api(0, 'Produce', {
  versions: [3, 13],
  flexibleSince: 9,
  request: {
    transactionalId: nullable(string).default(null),
    acks: int16,
    timeoutMs: int32,
    topicData: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionData: array({
        index: int32,
        records: nullable(records),
      }),
    }),
  },
  response: {
    responses: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionResponses: array({
        index: int32,
        errorCode: int16,
        baseOffset: int53,
        logAppendTimeMs: int53.default(-1),
        logStartOffset: int53.since(5).default(-1).ignorable(),
        recordErrors: array({
          batchIndex: int32,
          batchIndexErrorMessage: nullable(string).default(null),
        })
          .since(8)
          .ignorable(),
        errorMessage: nullable(string).since(8).default(null).ignorable(),
        currentLeader: struct({
          leaderId: int32.default(-1),
          leaderEpoch: int32.default(-1),
        })
          .since(10)
          .tagged(0),
      }),
    }),
    throttleTimeMs: int32.default(0),
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: nullable(string).default(null),
    })
      .since(10)
      .tagged(0),
  },
})
