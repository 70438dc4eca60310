/** The states of a transaction by the number they have in `__transaction_state`; the names are the ones clients see. */
export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const

/**
 * Where a transactional id stands.
 *
 * | state             | meaning                                   | left by                                          |
 * |-------------------|-------------------------------------------|--------------------------------------------------|
 * | Empty             | initialized, no transaction yet           | AddPartitionsToTxn → Ongoing; v2 abort → PrepareAbort |
 * | Ongoing           | partitions were added                     | EndTxn → Prepare*; timeout, new producer → PrepareAbort |
 * | PrepareCommit     | decided; markers are being written        | all written → CompleteCommit                     |
 * | PrepareAbort      | decided; markers are being written        | all written → CompleteAbort                      |
 * | CompleteCommit    | over                                      | as Empty; InitProducerId → Empty                 |
 * | CompleteAbort     | over                                      | as Empty; InitProducerId → Empty                 |
 * | Dead              | never recorded: an expired id is a tombstone |                                               |
 * | PrepareEpochFence | never recorded: on the way from Ongoing to PrepareAbort |                                    |
 */
export type TransactionState = (typeof transactionStates)[number]

export function stateNumber(state: TransactionState): number {
  return transactionStates.indexOf(state)
}

/** A transactional id is forgotten in these states alone, and a new producer starts from them. */
export function isIdle(state: TransactionState): boolean {
  return state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort'
}

/** The transaction's outcome is decided, and may not be known to every partition yet. */
export function isPrepared(state: TransactionState): state is 'PrepareCommit' | 'PrepareAbort' {
  return state === 'PrepareCommit' || state === 'PrepareAbort'
}
