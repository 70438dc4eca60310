import { ClientError } from '../../client/client-error.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { partitionName, type TopicPartition } from '../../client/partitions.ts'
import {
  abortTransaction,
  describeProducers,
  describeTransaction,
  fenceProducer,
  listTransactions,
  type TransactionToAbort,
} from '../../client/transactions.ts'
import { tabbedLines } from '../columns.ts'
import { type Tool, type ToolEnvironment, ToolError, type ToolResult } from '../tool.ts'
import { findHanging } from './transactions/find-hanging.ts'
import { beforeCommands, options, type TransactionOptions, transactionsTool } from './transactions/options.ts'

export const transactions: Tool = transactionsTool({
  options: beforeCommands,
  commands: options,
  argparse: { program: 'kafka-transactions.sh', commandsTitle: 'commands', helpExitCode: 1 },
  examples: [
    ['Which transactions there are', 'list'],
    ['What one of them is doing', 'describe --transactional-id payments-1'],
    ['Which have been open for too long in a topic', 'find-hanging --topic orders'],
  ],
  async run(given, environment) {
    const client = await environment.connect(given.text('bootstrap-server')!, given.text('command-config'))
    switch (given.command) {
      case 'list':
        return await list(given, client)
      case 'describe':
        return await describe(given, environment, client)
      case 'describe-producers':
        return await describePartition(given, client)
      case 'abort':
        return await abort(given, client)
      case 'find-hanging':
        return await findHanging(given, environment, client)
      default:
        return await forceTerminate(given, client)
    }
  },
})

/** As Kafka's tool tells what a broker has refused. */
function failed(what: string): (error: unknown) => never {
  return error => {
    if (!(error instanceof ClientError)) throw error
    throw new ToolError(`${what}: ${error.message}. Enable debug logging for additional detail.`, { cause: error })
  }
}

async function list(given: TransactionOptions, client: KafkaClient): Promise<ToolResult> {
  const found = await listTransactions(client, {
    durationMs: given.integer('duration-filter'),
    transactionalIdPattern: given.text('transactional-id-pattern'),
  }).catch(failed('Failed to list transactions'))
  const columns = ['TransactionalId', 'Coordinator', 'ProducerId', 'TransactionState']
  const rows = found.map(({ transactionalId, coordinatorId, producerId, state }) => [
    transactionalId,
    coordinatorId,
    producerId,
    state,
  ])
  return { lines: tabbedLines(columns, rows), table: { columns, rows }, data: found }
}

async function describe(
  given: TransactionOptions,
  environment: ToolEnvironment,
  client: KafkaClient,
): Promise<ToolResult> {
  const id = given.text('transactional-id')!
  const found = await describeTransaction(client, id).catch(
    failed(`Failed to describe transaction state of transactional-id \`${id}\``),
  )
  const { startTimeMs } = found
  const columns = [
    ...['CoordinatorId', 'TransactionalId', 'ProducerId', 'ProducerEpoch', 'TransactionState', 'TransactionTimeoutMs'],
    ...['CurrentTransactionStartTimeMs', 'TransactionDurationMs', 'TopicPartitions'],
  ]
  const rows = [
    [
      ...[found.coordinatorId, id, found.producerId, found.producerEpoch, found.state, found.timeoutMs],
      ...(startTimeMs === undefined ? ['None', 'None'] : [startTimeMs, environment.nowMs() - startTimeMs]),
      found.partitions.map(partitionName).join(','),
    ],
  ]
  return { lines: tabbedLines(columns, rows), table: { columns, rows }, data: found }
}

async function describePartition(given: TransactionOptions, client: KafkaClient): Promise<ToolResult> {
  const partition = partitionOf(given)
  const brokerId = given.integer('broker-id')
  const on = brokerId === undefined ? 'leader' : `broker ${brokerId}`
  const producers = await describeProducers(client, [partition], brokerId).catch(
    failed(`Failed to describe producers for partition ${partitionName(partition)} on ${on}`),
  )
  const found = [...producers.values()].flat()
  const columns = [
    ...['ProducerId', 'ProducerEpoch', 'LatestCoordinatorEpoch', 'LastSequence', 'LastTimestamp'],
    'CurrentTransactionStartOffset',
  ]
  const rows = found.map(producer => [
    ...[producer.producerId, producer.producerEpoch, producer.coordinatorEpoch, producer.lastSequence],
    producer.lastTimestamp,
    producer.currentTxnStartOffset < 0 ? 'None' : producer.currentTxnStartOffset,
  ])
  return { lines: tabbedLines(columns, rows), table: { columns, rows }, data: found }
}

async function abort(given: TransactionOptions, client: KafkaClient): Promise<ToolResult> {
  const transaction = await transactionToAbort(given, client)
  const { topic, partition, producerId, producerEpoch, coordinatorEpoch } = transaction
  const text = `AbortTransactionSpec(topicPartition=${topic}-${partition}, producerId=${producerId}, producerEpoch=${producerEpoch}, coordinatorEpoch=${coordinatorEpoch})`
  await abortTransaction(client, transaction).catch(failed(`Failed to abort transaction ${text}`))
  return { lines: [] }
}

async function transactionToAbort(given: TransactionOptions, client: KafkaClient): Promise<TransactionToAbort> {
  const partition = partitionOf(given)
  const startOffset = given.integer('start-offset')
  const producerId = given.integer('producer-id')
  if (startOffset === undefined && producerId === undefined) {
    throw new ToolError(
      'The transaction to abort must be identified either with --start-offset (for brokers on 3.0 or above) or with --producer-id, --producer-epoch, and --coordinator-epoch (for older brokers)',
    )
  }
  if (startOffset === undefined) {
    const producerEpoch = given.integer('producer-epoch')
    if (producerEpoch === undefined) throw new ToolError('Missing required argument --producer-epoch')
    const coordinatorEpoch = given.integer('coordinator-epoch')
    if (coordinatorEpoch === undefined) throw new ToolError('Missing required argument --coordinator-epoch')
    return { ...partition, producerId: producerId!, producerEpoch, coordinatorEpoch: Math.max(0, coordinatorEpoch) }
  }
  const name = partitionName(partition)
  const producers = await describeProducers(client, [partition]).catch(
    failed(`Failed to validate producer state for partition ${name}`),
  )
  const producer = [...producers.values()]
    .flat()
    .find(({ currentTxnStartOffset }) => currentTxnStartOffset === startOffset)
  if (producer === undefined) {
    throw new ToolError(`Could not find any open transactions starting at offset ${startOffset} on partition ${name}`)
  }
  const { producerEpoch, coordinatorEpoch } = producer
  return {
    ...partition,
    producerId: producer.producerId,
    producerEpoch,
    coordinatorEpoch: Math.max(0, coordinatorEpoch),
  }
}

async function forceTerminate(given: TransactionOptions, client: KafkaClient): Promise<ToolResult> {
  const id = given.text('transactionalId')!
  await fenceProducer(client, id).catch(failed(`Failed to force terminate transactionalId \`${id}\``))
  return { lines: [] }
}

function partitionOf(given: TransactionOptions): TopicPartition {
  return { topic: given.text('topic')!, partition: given.integer('partition')! }
}
