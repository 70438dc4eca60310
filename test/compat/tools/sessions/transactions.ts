import { throwIfError } from '../../../../src/client/client-error.ts'
import type { KafkaClient } from '../../../../src/client/kafka-client.ts'
import { AddPartitionsToTxn } from '../../../../src/protocol/apis/add-partitions-to-txn.ts'
import { InitProducerId } from '../../../../src/protocol/apis/init-producer-id.ts'
import { Produce } from '../../../../src/protocol/apis/produce.ts'
import { batchOf } from '../../../support/records.ts'
import type { ToolSession } from '../session.ts'
import { withClient } from '../with-client.ts'

const bootstrap = ['--bootstrap-server', 'BOOTSTRAP']
const bare = (...args: string[]) => ({ args: [...bootstrap, ...args], isBare: true as const })
const help = (...args: string[]) => ({ args, isBare: true as const, isHelp: true as const })
const unordered = (...args: string[]) => ({ ...bare(...args), isUnordered: true as const })

/** A transaction that is open, in two partitions, and a transactional id without one. */
async function someTransactions(client: KafkaClient): Promise<void> {
  const producer = await initialized(client, 'paying')
  await initialized(client, 'idle')
  await client.retrying(async () => {
    const coordinator = await client.coordinator('transaction', 'paying')
    const response = await coordinator.send(
      AddPartitionsToTxn,
      {
        v3AndBelowTransactionalId: 'paying',
        v3AndBelowProducerId: producer.producerId,
        v3AndBelowProducerEpoch: producer.producerEpoch,
        v3AndBelowTopics: [{ name: 'orders', partitions: [0, 1] }],
      },
      3,
    )
    for (const { resultsByPartition } of response.resultsByTopicV3AndBelow) {
      for (const { partitionErrorCode } of resultsByPartition) throwIfError(partitionErrorCode)
    }
  })
  const connection = await client.any()
  const { responses } = await connection.send(
    Produce,
    {
      transactionalId: 'paying',
      acks: -1,
      timeoutMs: 10_000,
      topicData: [
        {
          name: 'orders',
          partitionData: [
            {
              index: 0,
              records: batchOf(['a', 'b'], {
                producerId: Number(producer.producerId),
                producerEpoch: producer.producerEpoch,
                baseSequence: 0,
                isTransactional: true,
              }),
            },
          ],
        },
      ],
    },
    11,
  )
  throwIfError(responses[0]!.partitionResponses[0]!.errorCode)
}

async function initialized(client: KafkaClient, transactionalId: string) {
  return await client.retrying(async () => {
    const coordinator = await client.coordinator('transaction', transactionalId)
    const response = await coordinator.send(InitProducerId, { transactionalId, transactionTimeoutMs: 60_000 }, 4)
    throwIfError(response.errorCode)
    return response
  })
}

export const transactions: ToolSession = {
  mainClass: 'TransactionsCommand',
  kafkaName: 'kafka-transactions',
  prepare: async broker => {
    await broker.createTopic('orders', { partitions: 2 })
    await withClient(broker, someTransactions)
  },
  invocations: [
    help('--help'),
    { args: ['-v'], isBare: true },
    ...['list', 'describe', 'describe-producers', 'abort', 'find-hanging', 'forceTerminateTransaction'].map(command =>
      help(...bootstrap, command, '-h'),
    ),
    { args: [], isBare: true },
    { args: ['list'], isBare: true },
    { args: ['list', ...bootstrap], isBare: true },
    bare(),
    bare('nonsense'),
    bare('describe'),
    bare('describe-producers', '--topic', 'orders'),
    bare('describe-producers', '--topic', 'orders', '--partition', 'one'),
    bare('abort', '--topic', 'orders', '--partition', '0', '--producer-id', '1', '--producer-epoch', '40000'),
    bare('abort', '--topic', 'orders', '--partition', '0', '--start-offset', 'x'),
    unordered('list'),
    unordered('list', '--duration-filter', '-1'),
    bare('list', '--duration-filter', '600000'),
    bare('list', '--transactional-id-pattern', 'pay.*'),
    bare('describe', '--transactional-id', 'paying'),
    bare('describe', '--transactional-id', 'idle'),
    bare('describe', '--transactional-id', 'nobody'),
    bare('describe-producers', '--topic', 'orders', '--partition', '0'),
    bare('describe-producers', '--topic', 'orders', '--partition', '1'),
    bare('describe-producers', '--topic', 'orders', '--partition', '0', '--broker-id', '1'),
    bare('find-hanging'),
    bare('find-hanging', '--partition', '0', '--broker-id', '1'),
    bare('find-hanging', '--topic', 'orders'),
    bare('find-hanging', '--broker-id', '1', '--max-transaction-timeout', '1'),
    bare('abort', '--topic', 'orders', '--partition', '0'),
    bare('abort', '--topic', 'orders', '--partition', '0', '--start-offset', '7'),
    bare('abort', '--topic', 'orders', '--partition', '0', '--producer-id', '0'),
    bare('abort', '--topic', 'orders', '--partition', '0', '--producer-id', '0', '--producer-epoch', '0'),
    bare('abort', '--topic', 'orders', '--partition', '0', '--start-offset', '0'),
    bare('describe-producers', '--topic', 'orders', '--partition', '0'),
    bare('forceTerminateTransaction', '--transactionalId', 'paying'),
    unordered('list'),
  ],
}
