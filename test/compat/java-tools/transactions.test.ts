import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { JavaTools } from '../../support/java-tools.ts'
import type { KafkaNode } from '../../support/kafka-node.ts'
import { RawClient } from '../../support/raw-client.ts'
import { skipWithout } from '../../support/require.ts'
import { TransactionClient } from '../../transactions/support/transaction-client.ts'
import { startTarget } from './target.ts'

const properties = {
  // The records are of long ago: retention, half a minute after a start, would take them.
  'log.retention.ms': '-1',
  'transaction.state.log.num.partitions': '1',
  // So that a batch can be left hanging: one of a transaction that its coordinator does not know.
  'transaction.partition.verification.enable': 'false',
}

describe('TransactionsCommand and the dump of __transaction_state', { skip: skipWithout('java') }, () => {
  let node: KafkaNode
  let tools: JavaTools
  let client: RawClient

  before(async () => {
    ;[node, tools] = await Promise.all([startTarget(properties), JavaTools.start()])
    client = await RawClient.connect(node.port)
    await printed('TopicCommand', ['--create', '--topic', 't', '--partitions', '2'])
  })

  after(async () => {
    await client?.close()
    await Promise.all([tools?.stop(), node?.stop()])
  })

  async function printed(tool: string, args: readonly string[]): Promise<string> {
    const result = await tools.run(tool, ['--bootstrap-server', node.bootstrapServers, ...args])
    assert.equal(result.code, 0, `${tool} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
    return result.stdout
  }

  /** A table the tool prints: one object per row. */
  async function table(...args: readonly string[]): Promise<Record<string, string>[]> {
    const [head = '', ...rows] = (await printed('TransactionsCommand', args)).trimEnd().split('\n')
    const names = head.trim().split(/[\s]{1,}/)
    return rows.map(row =>
      Object.fromEntries(
        row
          .trim()
          .split(/\s+/)
          .map((cell, index) => [names[index] ?? '', cell]),
      ),
    )
  }

  async function opened(id: string, index: number) {
    const transaction = new TransactionClient(client, id)
    const producer = await transaction.init()
    assert.equal(await transaction.produce('t', producer, ['a'], { index }), ErrorCode.NONE)
    return { transaction, producer }
  }

  test('list and describe show what is open and what is over', async () => {
    const { transaction, producer } = await opened('listed', 0)
    const [listed, ...others] = await table('list')
    assert.deepEqual(others, [])
    assert.deepEqual(listed, {
      TransactionalId: 'listed',
      Coordinator: '1',
      ProducerId: `${producer.producerId}`,
      TransactionState: 'Ongoing',
    })
    assert.deepEqual(await table('list', '--transactional-id-pattern', 'list.*'), [listed])
    assert.deepEqual(await table('list', '--duration-filter', '3600000'), [])
    const [described] = await table('describe', '--transactional-id', 'listed')
    assert.equal(described?.['TransactionState'], 'Ongoing')
    assert.equal(described?.['ProducerEpoch'], '0')
    assert.equal(described?.['TransactionTimeoutMs'], '60000')
    assert.equal(described?.['TopicPartitions'], 't-0')
    assert.equal((await transaction.end(producer, true)).errorCode, ErrorCode.NONE)
    await transaction.becomes('CompleteCommit')
    const [after] = await table('describe', '--transactional-id', 'listed')
    assert.equal(after?.['TransactionState'], 'CompleteCommit')
  })

  test('describe-producers finds a transaction by its partition, and abort ends it by its first offset', async () => {
    const { producer } = await opened('aborted', 1)
    const [found] = await table('describe-producers', '--topic', 't', '--partition', '1')
    assert.equal(found?.['ProducerId'], `${producer.producerId}`)
    assert.equal(found?.['CurrentTransactionStartOffset'], '0')
    await printed('TransactionsCommand', ['abort', '--topic', 't', '--partition', '1', '--start-offset', '0'])
    const [ended] = await table('describe-producers', '--topic', 't', '--partition', '1')
    assert.equal(ended?.['CurrentTransactionStartOffset'], 'None')
  })

  test('find-hanging names a transaction that its coordinator knows nothing of, and abort ends it', async () => {
    const id = new TransactionClient(client, 'hanging')
    const producer = await id.init()
    // Version 11 does not add the partition, and nobody verifies that it was. Its batch is of long ago.
    assert.equal(await id.produce('t', producer, ['lost'], { version: 11 }), ErrorCode.NONE)
    const hanging = await table('find-hanging', '--topic', 't', '--partition', '0')
    assert.deepEqual(
      hanging.map(row => [row['Topic'], row['Partition'], row['ProducerId']]),
      [['t', '0', `${producer.producerId}`]],
    )
    const offset = hanging[0]?.['StartOffset'] ?? ''
    await printed('TransactionsCommand', ['abort', '--topic', 't', '--partition', '0', '--start-offset', offset])
    assert.deepEqual(await table('find-hanging', '--topic', 't', '--partition', '0'), [])
  })

  test('forceTerminateTransaction aborts by a new producer', async () => {
    const { transaction, producer } = await opened('terminated', 0)
    await printed('TransactionsCommand', ['forceTerminateTransaction', '--transactionalId', 'terminated'])
    await transaction.becomes('Empty')
    assert.equal((await transaction.end(producer, true)).errorCode, ErrorCode.PRODUCER_FENCED)
  })

  test('DumpLogSegments reads every state that was written', async () => {
    const files = readdirSync(node.directory)
      .filter(name => name.startsWith('__transaction_state-'))
      .map(name => join(node.directory, name, '00000000000000000000.log'))
    const { stdout } = await tools.run('DumpLogSegments', ['--transaction-log-decoder', '--files', files.join(',')])
    const states = (id: string): number[] =>
      stdout
        .split('\n')
        .filter(line => line.includes(`"transactionalId":"${id}"`))
        .flatMap(line => /"transactionStatus":(\d)/.exec(line)?.[1] ?? [])
        .map(Number)
    assert.deepEqual(states('listed'), [0, 1, 2, 4])
    assert.deepEqual(states('terminated'), [0, 1, 3, 5, 0])
    assert.match(stdout, /"version":"1"/)
    assert.doesNotMatch(stdout, /isvalid: false|exception|corrupt/i)
  })
})
