import { type Exchange, script } from '../session.ts'
import { coordinator, topic } from '../steps.ts'
import { added, begun, ended, offsetsAdded } from '../steps-transactions.ts'

function describe(...transactionalIds: readonly string[]): Exchange {
  return { send: 'DescribeTransactions', body: { transactionalIds: [...transactionalIds] } }
}

export const describeTransactions = script('DescribeTransactions', [
  {
    name: 'in every state that lasts',
    versions: 'all',
    steps: [
      ...topic(3),
      begun(),
      describe('{name}'),
      added([2]),
      describe('{name}'),
      added([0, 1]),
      describe('{name}'),
      ...ended(true),
      describe('{name}'),
      added([1]),
      ...ended(false),
      describe('{name}'),
    ],
  },
  {
    name: 'of partitions in two topics',
    versions: 'all',
    steps: [coordinator(), ...topic(2), begun(), added([0, 1]), offsetsAdded(), describe('{name}')],
  },
  {
    name: 'of what is not there, of nothing, of one twice',
    versions: 'all',
    steps: [
      begun(),
      describe('{name}-unknown'),
      describe(''),
      describe(),
      describe('{name}', '{name}', '{name}-unknown', ''),
    ],
  },
])
