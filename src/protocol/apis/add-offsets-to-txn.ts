import { api } from '../schema/api.ts'
import { int16, int32, int53, string } from '../schema/field.ts'

/** Makes a group's partition of `__consumer_offsets` part of a transaction, before TxnOffsetCommit (KIP-98). */
export const AddOffsetsToTxn = api(25, 'AddOffsetsToTxn', {
  versions: [0, 4],
  flexibleSince: 3,
  request: {
    transactionalId: string,
    producerId: int53,
    producerEpoch: int16,
    groupId: string,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
  },
})
