import { DescribeTransactions } from '../../protocol/apis/describe-transactions.ts'
import { undescribed } from '../../transactions/describe.ts'
import { handlerOf } from '../handler.ts'

export const handler = handlerOf(
  DescribeTransactions,
  async ({ transactionCoordinator }, { transactionalIds }) => {
    const described = transactionalIds.map(transactionalId =>
      transactionCoordinator.describeTransaction(transactionalId),
    )
    return { throttleTimeMs: 0, transactionStates: await Promise.all(described) }
  },
  {
    errorResponse: ({ transactionalIds }, errorCode) => ({
      throttleTimeMs: 0,
      transactionStates: transactionalIds.map(transactionalId => undescribed(transactionalId, errorCode)),
    }),
  },
)
