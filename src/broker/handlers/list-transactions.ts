import { ListTransactions } from '../../protocol/apis/list-transactions.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { type TransactionState, transactionStates } from '../../transactions/transaction-state.ts'
import { handlerOf } from '../handler.ts'
import { transactionalIdMatcher } from '../transactions/transactional-id-pattern.ts'

type Request = RequestOf<typeof ListTransactions>
type Response = EncodableResponseOf<typeof ListTransactions>

const statesByName: ReadonlyMap<string, TransactionState> = new Map(transactionStates.map(state => [state, state]))

export const handler = handlerOf(
  ListTransactions,
  async ({ transactionCoordinator }, request) => {
    const matches = transactionalIdMatcher(request.transactionalIdPattern)
    // Asked for all the same: a coordinator that loads says so before it looks at the pattern.
    const listed = await transactionCoordinator.listTransactions(filterOf(request, matches ?? (() => false)))
    if (typeof listed === 'number') return failed(listed)
    if (matches === undefined) return failed(ErrorCode.INVALID_REGULAR_EXPRESSION)
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      unknownStateFilters: [...new Set(request.stateFilters)].filter(name => !statesByName.has(name)),
      transactionStates: [...listed],
    }
  },
  { errorResponse: (_request, errorCode) => failed(errorCode) },
)

function filterOf({ stateFilters, producerIdFilters, durationFilter }: Request, matches: (id: string) => boolean) {
  const states = new Set<TransactionState>()
  for (const name of stateFilters) {
    const state = statesByName.get(name)
    if (state !== undefined) states.add(state)
  }
  return {
    producerIds: new Set(producerIdFilters),
    isByState: stateFilters.length > 0,
    states,
    durationMs: durationFilter,
    matches,
  }
}

function failed(errorCode: number): Response {
  return { throttleTimeMs: 0, errorCode, unknownStateFilters: [], transactionStates: [] }
}
