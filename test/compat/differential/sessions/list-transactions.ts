import type { JsonObject } from '../../../support/reference-codec.ts'
import { type Exchange, script } from '../session.ts'
import { topic } from '../steps.ts'
import { added, begun, ended } from '../steps-transactions.ts'

const ownIds = ['{name}', '{name}_b', '{name}_c']

/** Other sessions have transactions too: only this one's are compared. */
function list(filters: JsonObject = {}): Exchange {
  return {
    send: 'ListTransactions',
    body: { stateFilters: [], producerIdFilters: [], ...filters },
    only: { transactionStates: { transactionalId: ownIds } },
  }
}

/** `{name}` is open, `{name}-b` is over, `{name}-c` has not begun. */
const three = [...topic(2), begun(), begun('_b'), begun('_c'), added([0]), added([1], '_b'), ...ended(true, '_b')]

export const listTransactions = script('ListTransactions', [
  { name: 'of every kind', versions: 'all', steps: [...three, list()] },
  {
    name: 'by state',
    versions: 'all',
    steps: [
      ...three,
      list({ stateFilters: ['Ongoing'] }),
      list({ stateFilters: ['Empty', 'CompleteCommit'] }),
      list({ stateFilters: ['CompleteAbort', 'PrepareAbort', 'PrepareCommit', 'PrepareEpochFence', 'Dead'] }),
      list({ stateFilters: ['ongoing'] }),
      list({ stateFilters: ['Ongoing', 'Nowhere', 'Nowhere'] }),
    ],
  },
  {
    name: 'by producer',
    versions: 'all',
    steps: [
      ...three,
      list({ producerIdFilters: ['{producerId}'] }),
      list({ producerIdFilters: ['{producerId_b}', '{producerId_c}', 9_000_000] }),
      list({ producerIdFilters: [9_000_000] }),
      list({ producerIdFilters: ['{producerId}'], stateFilters: ['Empty'] }),
    ],
  },
  {
    name: 'by how long they are open',
    versions: [1, 2],
    steps: [
      ...three,
      { pauseMs: 5 },
      list({ durationFilter: 0 }),
      list({ durationFilter: 3_600_000 }),
      list({ durationFilter: -5 }),
      list({ durationFilter: 0, stateFilters: ['Ongoing'] }),
    ],
  },
  {
    name: 'by a pattern of their ids',
    versions: [2, 2],
    steps: [
      ...three,
      list({ transactionalIdPattern: '{name}_.*' }),
      list({ transactionalIdPattern: '{name}' }),
      list({ transactionalIdPattern: '.*_[bx]' }),
      list({ transactionalIdPattern: '_b' }),
      list({ transactionalIdPattern: '' }),
      list({ transactionalIdPattern: '(?i){name}_B' }),
      list({ transactionalIdPattern: '\\Q{name}\\E_c' }),
      list({ transactionalIdPattern: null, stateFilters: ['Ongoing'] }),
    ],
  },
  {
    name: 'by a pattern that is none',
    versions: [2, 2],
    steps: [
      begun(),
      list({ transactionalIdPattern: '(' }),
      list({ transactionalIdPattern: '[', stateFilters: ['Nowhere'] }),
      list({ transactionalIdPattern: '*' }),
      list({ transactionalIdPattern: 'a{2,1}' }),
    ],
  },
  {
    name: 'by a pattern that looks ahead',
    versions: [2, 2],
    steps: [...three, list({ transactionalIdPattern: '{name}(?=_b).*' })],
  },
])
