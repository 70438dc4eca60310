import { api } from '../schema/api.ts'
import { bool, int16, int32, int53, string } from '../schema/field.ts'

/** Commits or aborts a transaction. Version 5 gives the producer a new epoch for its next one (KIP-890). */
export const EndTxn = api(26, 'EndTxn', {
  versions: [0, 5],
  flexibleSince: 3,
  request: {
    transactionalId: string,
    producerId: int53,
    producerEpoch: int16,
    committed: bool,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int53.since(5).default(-1).ignorable(),
    producerEpoch: int16.since(5).default(-1).ignorable(),
  },
})
