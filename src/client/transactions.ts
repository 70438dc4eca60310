import { DescribeProducers } from '../protocol/apis/describe-producers.ts'
import { DescribeTransactions } from '../protocol/apis/describe-transactions.ts'
import { InitProducerId } from '../protocol/apis/init-producer-id.ts'
import { ListTransactions } from '../protocol/apis/list-transactions.ts'
import { WriteTxnMarkers } from '../protocol/apis/write-txn-markers.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { ResponseOf } from '../protocol/schema/api.ts'
import type { BrokerConnection } from './broker-connection.ts'
import { ClientError, throwIfError } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'
import { askLeaders, byTopic, partitionName, type TopicPartition } from './partitions.ts'

export type ActiveProducer = ResponseOf<
  typeof DescribeProducers
>['topics'][number]['partitions'][number]['activeProducers'][number]

/** The producers that each partition's leader, or the given broker, knows of. Rejects with the first refusal. */
export async function describeProducers(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  brokerId?: number,
): Promise<Map<TopicPartition, readonly ActiveProducer[]>> {
  const answers =
    brokerId === undefined
      ? await askLeaders(client, partitions, producersOf)
      : await producersOf(await client.broker(brokerId), partitions)
  for (const answer of answers.values()) if (answer instanceof ClientError) throw answer
  return answers as Map<TopicPartition, readonly ActiveProducer[]>
}

async function producersOf<Partition extends TopicPartition>(
  broker: BrokerConnection,
  partitions: readonly Partition[],
): Promise<Map<Partition, readonly ActiveProducer[] | ClientError>> {
  const { topics } = await broker.send(DescribeProducers, {
    topics: Array.from(byTopic(partitions), ([name, ofTopic]) => ({
      name,
      partitionIndexes: ofTopic.map(({ partition }) => partition),
    })),
  })
  return new Map(
    partitions.map(partition => {
      const answer = topics
        .find(({ name }) => name === partition.topic)!
        .partitions.find(({ partitionIndex }) => partitionIndex === partition.partition)!
      const { errorCode, errorMessage, activeProducers } = answer
      return [partition, errorCode === 0 ? activeProducers : new ClientError(errorCode, errorMessage)]
    }),
  )
}

export interface ListedTransaction {
  readonly transactionalId: string
  readonly coordinatorId: number
  readonly producerId: number
  readonly state: string
}

export interface TransactionFilters {
  readonly producerIds?: readonly number[]
  /** Only those that have been open for longer; below zero all. */
  readonly durationMs?: number | undefined
  readonly transactionalIdPattern?: string | undefined
}

/** The transactional ids that any broker coordinates, by broker. */
export async function listTransactions(client: KafkaClient, filters: TransactionFilters): Promise<ListedTransaction[]> {
  const { durationMs, transactionalIdPattern } = filters
  const lists = await Promise.all(
    (await client.brokerIds()).map(coordinatorId =>
      client.retrying(async () => {
        const broker = await client.broker(coordinatorId)
        const response = await broker.send(ListTransactions, {
          stateFilters: [],
          producerIdFilters: [...(filters.producerIds ?? [])],
          ...(durationMs === undefined ? {} : { durationFilter: durationMs }),
          ...(transactionalIdPattern === undefined ? {} : { transactionalIdPattern }),
        })
        throwIfError(response.errorCode)
        return response.transactionStates.map(({ transactionalId, producerId, transactionState }) => ({
          transactionalId,
          coordinatorId,
          producerId,
          state: transactionState,
        }))
      }),
    ),
  )
  return lists.flat()
}

export interface DescribedTransaction {
  readonly transactionalId: string
  readonly coordinatorId: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly state: string
  readonly timeoutMs: number
  /** `undefined` where no transaction is open. */
  readonly startTimeMs: number | undefined
  readonly partitions: readonly TopicPartition[]
}

/** Rejects with TRANSACTIONAL_ID_NOT_FOUND where there is none. */
export async function describeTransaction(client: KafkaClient, transactionalId: string): Promise<DescribedTransaction> {
  return await client.retrying(async () => {
    const coordinator = await client.coordinator('transaction', transactionalId)
    const { host, port } = coordinator.address
    const { brokers } = await client.metadata([])
    const { transactionStates } = await coordinator.send(DescribeTransactions, { transactionalIds: [transactionalId] })
    const state = transactionStates[0]!
    throwIfError(
      state.errorCode,
      state.errorCode === ErrorCode.TRANSACTIONAL_ID_NOT_FOUND
        ? `DescribeTransactions request for transactionalId \`${transactionalId}\` failed because the ID could not be found`
        : null,
    )
    return {
      transactionalId,
      coordinatorId: brokers.find(broker => broker.host === host && broker.port === port)?.nodeId ?? -1,
      producerId: state.producerId,
      producerEpoch: state.producerEpoch,
      state: state.transactionState,
      timeoutMs: state.transactionTimeoutMs,
      startTimeMs: state.transactionStartTimeMs < 0 ? undefined : state.transactionStartTimeMs,
      partitions: state.topics.flatMap(({ topic, partitions }) => partitions.map(partition => ({ topic, partition }))),
    }
  })
}

export interface TransactionToAbort extends TopicPartition {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
}

/** Writes an abort marker where no coordinator will. */
export async function abortTransaction(client: KafkaClient, transaction: TransactionToAbort): Promise<void> {
  const answers = await askLeaders(client, [transaction], async leader => {
    const { markers } = await leader.send(WriteTxnMarkers, {
      markers: [
        {
          producerId: transaction.producerId,
          producerEpoch: transaction.producerEpoch,
          transactionResult: false,
          topics: [{ name: transaction.topic, partitionIndexes: [transaction.partition] }],
          coordinatorEpoch: transaction.coordinatorEpoch,
        },
      ],
    })
    const { errorCode } = markers[0]!.topics[0]!.partitions[0]!
    return new Map([[transaction, errorCode === 0 ? partitionName(transaction) : new ClientError(errorCode)]])
  })
  for (const answer of answers.values()) if (answer instanceof ClientError) throw answer
}

/** Aborts whatever the transactional id has open, by fencing its producer. */
export async function fenceProducer(client: KafkaClient, transactionalId: string): Promise<void> {
  await client.retrying(async () => {
    const coordinator = await client.coordinator('transaction', transactionalId)
    // The least timeout there is: nobody goes on with the new epoch.
    const response = await coordinator.send(InitProducerId, { transactionalId, transactionTimeoutMs: 1 })
    throwIfError(response.errorCode)
  })
}
