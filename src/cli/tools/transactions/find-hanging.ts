import { ClientError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { partitionName, type TopicPartition } from '../../../client/partitions.ts'
import {
  type ActiveProducer,
  type DescribedTransaction,
  describeProducers,
  describeTransaction,
  listTransactions,
} from '../../../client/transactions.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { tabbedLines } from '../../columns.ts'
import { counted } from '../../progress.ts'
import { type ToolEnvironment, ToolError, type ToolResult } from '../../tool.ts'
import type { TransactionOptions } from './options.ts'

const msPerMinute = 60_000
const timeoutMinutesDefault = 15
/** Partitions asked for in one request. */
const partitionsPerRequestMax = 500

interface OpenTransaction {
  readonly partition: TopicPartition
  readonly producer: ActiveProducer
}

/** Transactions that have been open for too long, and that their coordinator does not know to be in the partition. */
export async function findHanging(
  given: TransactionOptions,
  environment: ToolEnvironment,
  client: KafkaClient,
): Promise<ToolResult> {
  const timeoutMs = (given.integer('max-transaction-timeout') ?? timeoutMinutesDefault) * msPerMinute
  const partitions = await partitionsToSearch(given, client)
  const nowMs = environment.nowMs()
  environment.progress(() => `Searching ${counted(partitions.length, 'partition')}`)
  const open = await openTransactions(client, partitions, given.integer('broker-id'))
  const hanging = await hangingOf(
    client,
    open.filter(({ producer }) => nowMs - producer.lastTimestamp > timeoutMs),
  )
  const columns = [
    ...['Topic', 'Partition', 'ProducerId', 'ProducerEpoch', 'CoordinatorEpoch', 'StartOffset', 'LastTimestamp'],
    'Duration(min)',
  ]
  const rows = hanging.map(({ partition: { topic, partition }, producer }) => [
    ...[topic, partition, producer.producerId, producer.producerEpoch, producer.coordinatorEpoch],
    ...[producer.currentTxnStartOffset, producer.lastTimestamp],
    Math.floor((nowMs - producer.lastTimestamp) / msPerMinute),
  ])
  return { lines: tabbedLines(columns, rows), table: { columns, rows }, data: hanging }
}

async function partitionsToSearch(given: TransactionOptions, client: KafkaClient): Promise<TopicPartition[]> {
  const topic = given.text('topic')
  const brokerId = given.integer('broker-id')
  if (topic === undefined && brokerId === undefined) {
    throw new ToolError(
      'The `find-hanging` command requires either --topic or --broker-id to limit the scope of the search',
    )
  }
  const partition = given.integer('partition')
  if (partition !== undefined) {
    if (topic === undefined) throw new ToolError('The --partition argument requires --topic to be provided')
    return [{ topic, partition }]
  }
  const { topics } = await client.metadata(topic === undefined ? null : [topic])
  return topics.flatMap(found => {
    if (found.errorCode !== 0) {
      const { message } = new ClientError(found.errorCode)
      throw new ToolError(`Failed to describe 1 topics: ${message} Enable debug logging for additional detail.`)
    }
    return found.partitions
      .filter(({ replicaNodes }) => brokerId === undefined || replicaNodes.includes(brokerId))
      .map(({ partitionIndex }) => ({ topic: found.name!, partition: partitionIndex }))
  })
}

async function openTransactions(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  brokerId: number | undefined,
): Promise<OpenTransaction[]> {
  const open: OpenTransaction[] = []
  for (let from = 0; from < partitions.length; from += partitionsPerRequestMax) {
    const some = partitions.slice(from, from + partitionsPerRequestMax)
    for (const [partition, producers] of await describeProducers(client, some, brokerId)) {
      const active = producers.filter(({ currentTxnStartOffset }) => currentTxnStartOffset >= 0)
      open.push(...active.map(producer => ({ partition, producer })))
    }
  }
  return open
}

async function hangingOf(client: KafkaClient, candidates: readonly OpenTransaction[]): Promise<OpenTransaction[]> {
  if (candidates.length === 0) return []
  const producerIds = [...new Set(candidates.map(({ producer }) => producer.producerId))]
  const known = new Map<number, DescribedTransaction>()
  for (const { producerId, transactionalId } of await listTransactions(client, { producerIds })) {
    const transaction = await describeTransaction(client, transactionalId).catch(ifNotFound)
    if (transaction !== undefined) known.set(producerId, transaction)
  }
  return candidates.filter(({ partition, producer }) => {
    const transaction = known.get(producer.producerId)
    return !transaction?.partitions.some(one => partitionName(one) === partitionName(partition))
  })
}

function ifNotFound(error: unknown): undefined {
  if (!(error instanceof ClientError) || error.code !== ErrorCode.TRANSACTIONAL_ID_NOT_FOUND) throw error
}
