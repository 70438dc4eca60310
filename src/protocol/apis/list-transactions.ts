import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, string } from '../schema/field.ts'

/**
 * The transactional ids of this coordinator, filtered by state and producer (KIP-664), age (KIP-994) or pattern
 * (KIP-1152).
 */
export const ListTransactions = api(66, 'ListTransactions', {
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    stateFilters: array(string),
    producerIdFilters: array(int53),
    durationFilter: int53.since(1).default(-1),
    transactionalIdPattern: nullable(string).since(2).default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    unknownStateFilters: array(string),
    transactionStates: array({
      transactionalId: string,
      producerId: int53,
      transactionState: string,
    }),
  },
})
