import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Seed } from '../../../../src/sim/seed.ts'
import { baseSeed } from '../../../sim/base-seed.ts'
import { RawClient } from '../../../support/raw-client.ts'
import { committedValues, TransactionClient } from '../../../transactions/support/transaction-client.ts'
import { Agent } from '../agent.ts'
import { createTopic, untilLed } from '../behind-the-back.ts'
import { type JudgingClient, prepare } from '../judging-client.ts'
import { startTarget, type Target } from '../target.ts'

const transactions = 20
const partitions = 3
const timeoutMs = 60_000

/**
 * Has a client of another author run transactions, and reads behind its back what a consumer of committed records is
 * shown: all of what was committed and nothing of what was aborted.
 */
export async function judgeTransactions(client: JudgingClient): Promise<void> {
  const { command, skip: missing } = await prepare(client)
  const skip = client.lacks?.includes('transact') ? 'the client has no transactions' : missing
  describe(`transactions of ${client.name}`, { skip }, () => {
    let target: Target
    let agent: Agent
    let reader: RawClient
    before(async () => {
      target = await startTarget({
        'transaction.state.log.num.partitions': '3',
        'transaction.abort.timed.out.transaction.cleanup.interval.ms': '100',
      })
      agent = new Agent(command!, target.bootstrapServers)
      reader = await RawClient.connect(target.port)
    })
    after(async () => {
      await agent?.stop()
      await reader?.close()
      await target?.stop()
    })

    const newTopic = async (topic: string) => {
      await createTopic(target.port, topic, partitions)
      await untilLed(target.port, topic, partitions)
    }
    const readCommitted = async (topic: string) => {
      const read = Array.from({ length: partitions }, (_, index) => committedValues(reader, topic, index))
      return (await Promise.all(read)).flat().toSorted()
    }
    const valuesOf = (name: string) => Array.from({ length: 5 }, (_, index) => `${name} ${index}`)

    test(`${transactions} transactions, some of them aborted`, async () => {
      const seed = new Seed(baseSeed())
      await newTopic('mixed')
      const expected: string[] = []
      for (let index = 0; index < transactions; index++) {
        const values = valuesOf(`transaction ${index}`)
        const end = index === 1 || seed.uint32() % 3 === 0 ? 'abort' : 'commit'
        if (end === 'commit') expected.push(...values)
        const transaction = { producer: 'p', transactionalId: 'mixed', timeoutMs, topic: 'mixed', values, end } as const
        await agent.call('transact', transaction)
      }
      assert.deepEqual(await readCommitted('mixed'), expected.toSorted())
    })

    const takeover = client.takesOver === false ? 'this client takes nothing over' : false
    test('a second producer of the same transactional id aborts what the first left open, and fences it', {
      skip: takeover,
    }, async () => {
      await newTopic('fenced')
      const transaction = { transactionalId: 'fenced', timeoutMs, topic: 'fenced' }
      const values = valuesOf('of the first')
      await agent.call('transact', { ...transaction, producer: 'first', values, end: 'none' })
      const later = valuesOf('of the second')
      await agent.call('transact', { ...transaction, producer: 'second', values: later, end: 'commit' })
      await assert.rejects(agent.call('endTransaction', { producer: 'first', commit: true }))
      assert.deepEqual(await readCommitted('fenced'), later)
    })

    test('a transaction that is open for longer than its timeout is aborted, and its commit refused', async () => {
      await newTopic('late')
      const transaction = { producer: 'late', transactionalId: 'late', timeoutMs: 1000, topic: 'late' }
      await agent.call('transact', { ...transaction, values: valuesOf('late'), end: 'none' })
      await new TransactionClient(reader, 'late').becomes('CompleteAbort')
      await assert.rejects(agent.call('endTransaction', { producer: 'late', commit: true }))
      assert.deepEqual(await readCommitted('late'), [])
    })
  })
}
