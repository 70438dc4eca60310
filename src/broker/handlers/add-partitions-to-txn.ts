import { AddPartitionsToTxn } from '../../protocol/apis/add-partitions-to-txn.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { TopicPartition } from '../../transactions/topic-partition.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'
import { addOrVerifyPartitions } from '../transactions/add-or-verify-partitions.ts'
import { fencingErrorOf } from '../transactions/fencing-error.ts'

type Request = RequestOf<typeof AddPartitionsToTxn>
type Response = EncodableResponseOf<typeof AddPartitionsToTxn>
type Transaction = Request['transactions'][number]
type TransactionResult = NonNullable<Response['resultsByTransaction']>[number]

/** From this version on brokers ask, for several transactions at once; before, it is a producer for its own. */
const batchVersion = 4

/** Before this version clients do not know PRODUCER_FENCED. */
const producerFencedSince = 2

export const handler = handlerOf(
  AddPartitionsToTxn,
  (services, request, { apiVersion }): Response | Promise<Response> =>
    apiVersion >= batchVersion
      ? resultsOf(services, request.transactions, apiVersion)
      : mapAnswer(resultOf(services, transactionOf(request), apiVersion), result => ofVersion3(result.topicResults)),
  {
    errorResponse: (request, errorCode, version): Response =>
      version >= batchVersion
        ? { throttleTimeMs: 0, errorCode, resultsByTransaction: [], resultsByTopicV3AndBelow: [] }
        : ofVersion3(topicResults(request.v3AndBelowTopics, () => errorCode)),
  },
)

function ofVersion3(resultsByTopicV3AndBelow: TransactionResult['topicResults']): Response {
  return { throttleTimeMs: 0, resultsByTopicV3AndBelow }
}

function transactionOf(request: Request): Transaction {
  return {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
    verifyOnly: false,
    topics: request.v3AndBelowTopics,
  }
}

async function resultsOf(
  services: BrokerServices,
  transactions: readonly Transaction[],
  apiVersion: number,
): Promise<Response> {
  const results = transactions.map(transaction => resultOf(services, transaction, apiVersion))
  return { throttleTimeMs: 0, resultsByTransaction: await Promise.all(results) }
}

function resultOf(
  services: BrokerServices,
  { transactionalId, producerId, producerEpoch, verifyOnly, topics }: Transaction,
  apiVersion: number,
): TransactionResult | Promise<TransactionResult> {
  const partitions: TopicPartition[] = topics.flatMap(({ name, partitions }) =>
    partitions.map(partition => ({ topic: name, partition })),
  )
  const isFromClient = apiVersion < batchVersion
  const codes = addOrVerifyPartitions(
    services,
    { transactionalId, producerId, producerEpoch, partitions },
    // Only brokers that add on behalf of clients of transactions of version 2 send it.
    { verifyOnly, clientTransactionVersion: isFromClient ? 0 : 2, isFromClient },
  )
  return mapAnswer(codes, ofPartitions => {
    let next = 0
    const codeOfNext = (): number =>
      fencingErrorOf(ofPartitions[next++] ?? ErrorCode.UNKNOWN_SERVER_ERROR, apiVersion >= producerFencedSince)
    return { transactionalId, topicResults: topicResults(topics, codeOfNext) }
  })
}

function topicResults(topics: Transaction['topics'], codeOfNext: () => number): TransactionResult['topicResults'] {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map(partitionIndex => ({ partitionIndex, partitionErrorCode: codeOfNext() })),
  }))
}
