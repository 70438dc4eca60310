import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Agent, ClientError } from './agent.ts'
import { batchesInLog, compressions, createTopic, untilLed } from './behind-the-back.ts'
import type { AgentCommands, Compression, ConsumedRecord, WireRecord } from './commands.ts'
import { type JudgingClient, prepare } from './judging-client.ts'
import { pollRecords } from './polling.ts'
import { contentOf, javaPartition, ledByKeys, plainRecords, serialOf, variedRecords } from './records.ts'
import { startTarget, type Target } from './target.ts'

const patienceMs = 60_000

/** Has a client of another author produce, consume and administer, and compares what it reports with what must be. */
export async function judge(client: JudgingClient): Promise<void> {
  const { command, skip } = await prepare(client)
  describe(client.name, { skip }, () => {
    let target: Target
    let agent: Agent
    before(async () => {
      target = await startTarget()
      agent = new Agent(command!, target.bootstrapServers)
    })
    after(async () => {
      await agent?.stop()
      await target?.stop()
    })
    const partitionCounts = new Map<string, number>()

    const check = (name: string, needs: readonly (keyof AgentCommands)[], run: () => Promise<void>) => {
      if (needs.some(command => client.lacks?.includes(command))) return
      test(name, run)
    }
    const newTopic = async (topic: string, partitions: number) => {
      partitionCounts.set(topic, partitions)
      if (client.lacks?.includes('createTopic')) await createTopic(target.port, topic, partitions)
      else await agent.call('createTopic', { topic, partitions, configs: {} })
      await untilLed(target.port, topic, partitions)
    }
    const produce = (topic: string, records: readonly WireRecord[], options: Partial<ProduceOptions> = {}) => {
      const placed = client.choosesPartitions === false ? ledByKeys(records, partitionCounts.get(topic) ?? 1) : records
      return agent.call('produce', {
        topic,
        records: placed,
        compression: 'none',
        acks: -1,
        idempotent: false,
        ...options,
      })
    }
    const pollUntil = (consumers: readonly string[], count: number) => pollRecords(agent, consumers, count)
    const readAll = async (topic: string, count: number) => {
      const consumer = `reader of ${topic}`
      await agent.call('open', { consumer, group: `${topic}-readers`, topic })
      const records = await pollUntil([consumer], count)
      await agent.call('close', { consumer })
      return records
    }

    check(
      'creates a topic, lists and describes it, and is told when it is there already',
      ['createTopic'],
      async () => {
        const configs = { 'retention.ms': '3600000', 'cleanup.policy': 'compact,delete' }
        await agent.call('createTopic', { topic: 'created', partitions: 4, configs })
        assert.equal((await agent.call('listTopics', {})).includes('created'), true)
        assert.equal(await agent.call('partitionCount', { topic: 'created' }), 4)
        await assert.rejects(
          agent.call('createTopic', { topic: 'created', partitions: 4, configs: {} }),
          isClientError(/exist/i),
        )
      },
    )

    check('describes the cluster', ['describeCluster'], async () => {
      const { clusterId, brokers } = await agent.call('describeCluster', {})
      assert.equal(brokers, 1)
      // Some clients read the id and keep it to themselves.
      if (clusterId !== null) assert.equal(clusterId, target.clusterId)
    })

    for (const compression of client.compressions ?? compressions) {
      check(`produces records of every shape with compression ${compression}, and reads them back`, [], async () => {
        const topic = `compressed-${compression}`
        const partitions = 3
        await newTopic(topic, partitions)
        const produced = variedRecords(300)
        await produce(topic, produced, { compression })
        const consumed = await readAll(topic, produced.length)
        assertSame(consumed, produced)
        if (client.hashesAsJava !== false) assertKeysLandAsJavas(consumed, partitions)
        const batches = await allBatches(target.port, topic, partitions)
        assert.deepEqual(codecsOf(batches, compression), [compression])
      })
    }

    check('produces values of 200 KiB, and reads them back', [], async () => {
      await newTopic('large', 1)
      const produced = plainRecords(20, 0).map((record, serial) => ({
        ...record,
        value: Buffer.alloc(200 * 1024, serial + 1).toString('base64'),
      }))
      // Clients that send what they are given as one batch must stay below `message.max.bytes`, 1 MiB.
      for (const from of range(5)) await produce('large', produced.slice(from * 4, from * 4 + 4))
      assertSame(await readAll('large', produced.length), produced)
    })

    check('produces with acks 0, 1 and all', [], async () => {
      await newTopic('acknowledged', 1)
      for (const [index, acks] of ([0, 1, -1] as const).entries()) {
        await produce('acknowledged', plainRecords(10, 0, index * 10), { acks })
      }
      const consumed = await readAll('acknowledged', 30)
      assert.deepEqual(consumed.map(serialOf).sort(ascending), range(30))
    })

    check('produces idempotently: batches carry a producer id and sequences without a gap', [], async () => {
      await newTopic('idempotent', 1)
      for (const from of [0, 100, 200]) await produce('idempotent', plainRecords(100, 0, from), { idempotent: true })
      assert.deepEqual((await readAll('idempotent', 300)).map(serialOf), range(300))
      const expectedSequences = new Map<number, number>()
      for (const batch of await batchesInLog(target.port, 'idempotent', 0)) {
        assert.equal(batch.hasProducerId, true)
        assert.equal(batch.baseSequence, expectedSequences.get(batch.producerId) ?? 0)
        expectedSequences.set(batch.producerId, batch.baseSequence + batch.recordCount)
      }
    })

    check(
      'reads committed records alone where it is told to, and a transaction takes offsets with it',
      ['transactWithOffset', 'assignment'],
      async () => {
        await newTopic('transacted', 1)
        // librdkafka gives up on a group's coordinator that takes a moment to be made.
        await agent.call('open', { consumer: 'forerunner', group: 'forerunner', topic: 'transacted' })
        await settledAssignments(agent, ['forerunner'], 1)
        await agent.call('close', { consumer: 'forerunner' })
        const group = 'transacting'
        const transact = (producer: string, from: number, outcome: 'commit' | 'abort' | 'leave', offset = 0) => {
          const sent = outcome === 'leave' ? {} : { sentOffset: { group, offset } }
          const records = plainRecords(10, 0, from)
          return agent.call('transactWithOffset', {
            ...{ producer, transactionalId: 'transactor', topic: 'transacted', records, outcome },
            ...sent,
          })
        }
        const assertCommitted = async (offset: number) => {
          if (client.lacks?.includes('committed')) return
          assert.deepEqual(await agent.call('committed', { group, topic: 'transacted' }), { 0: offset })
        }
        await transact('first', 0, 'commit', 3)
        await assertCommitted(3)
        await transact('first', 10, 'abort', 5)
        await assertCommitted(3)
        await transact('first', 20, 'commit', 7)
        await transact('first', 30, 'leave')
        await transact('second', 40, 'commit', 9)
        await assertCommitted(9)
        await transact('second', 50, 'abort', 11)
        await produce('transacted', plainRecords(10, 0, 60))
        await assertCommitted(9)
        const all = { read_committed: [0, 20, 40, 60], read_uncommitted: [0, 10, 20, 30, 40, 50, 60] }
        for (const isolation of ['read_committed', 'read_uncommitted'] as const) {
          const consumer = `${isolation}-reader`
          await agent.call('open', { consumer, group: consumer, topic: 'transacted', isolation })
          const expected = all[isolation].flatMap(from => plainRecords(10, 0, from).map(({ value }) => value))
          const read = (await pollUntil([consumer], expected.length)).map(({ value }) => value)
          assert.deepEqual(read, expected)
          await agent.call('close', { consumer })
        }
      },
    )

    check('has a topic created by producing to it', [], async () => {
      await produce('made-by-producing', [{ key: null, value: 'AA==', headers: [] }])
      assert.equal((await readAll('made-by-producing', 1))[0]?.value, 'AA==')
    })

    check('commits, and a later member of the group goes on from there', [], async () => {
      await newTopic('resumed', 1)
      await produce('resumed', plainRecords(100, 0))
      await agent.call('open', { consumer: 'first', group: 'resuming', topic: 'resumed' })
      assert.equal(serialOf((await pollUntil(['first'], 100))[39]!), 39)
      await agent.call('commit', { consumer: 'first', topic: 'resumed', partition: 0, offset: 40 })
      await agent.call('close', { consumer: 'first' })
      await agent.call('open', { consumer: 'second', group: 'resuming', topic: 'resumed' })
      assert.deepEqual((await pollUntil(['second'], 60)).map(serialOf), range(60, 40))
      await agent.call('close', { consumer: 'second' })
    })

    check('sees what it committed', ['committed'], async () => {
      assert.deepEqual(await agent.call('committed', { group: 'resuming', topic: 'resumed' }), { 0: 40 })
    })

    check('seeks back and forth', ['seek'], async () => {
      await agent.call('open', { consumer: 'seeking', group: 'seekers', topic: 'resumed' })
      await pollUntil(['seeking'], 100)
      for (const offset of [90, 10, 0]) {
        await agent.call('seek', { consumer: 'seeking', topic: 'resumed', partition: 0, offset })
        assert.deepEqual((await pollUntil(['seeking'], 100 - offset)).map(serialOf), range(100 - offset, offset))
      }
      await agent.call('close', { consumer: 'seeking' })
    })

    check('goes on where it was when its connections are cut', [], async () => {
      await newTopic('cut', 2)
      const halves = (from: number) => [...plainRecords(50, 0, from), ...plainRecords(50, 1, from + 50)]
      await agent.call('open', { consumer: 'cut', group: 'cut', topic: 'cut' })
      await produce('cut', halves(0))
      const consumed = await pollUntil(['cut'], 100)
      target.proxy.cut()
      await produce('cut', halves(100))
      consumed.push(...(await pollUntil(['cut'], 100)))
      await agent.call('close', { consumer: 'cut' })
      assertReadOnce(consumed, 200)
    })

    check('shares partitions between two members, and hands them back when one leaves', ['assignment'], async () => {
      const partitions = 6
      await newTopic('shared', partitions)
      const members = ['one', 'two']
      const everywhere = (from: number) =>
        range(partitions).flatMap(partition => plainRecords(10, partition, from + partition * 10))
      await agent.call('open', { consumer: 'one', group: 'sharing', topic: 'shared' })
      assert.deepEqual(await settledAssignments(agent, ['one'], partitions), [partitions])
      await agent.call('open', { consumer: 'two', group: 'sharing', topic: 'shared' })
      assert.deepEqual(await settledAssignments(agent, members, partitions), [3, 3])
      await produce('shared', everywhere(0))
      const consumed = await pollUntil(members, 60)
      assertReadOnce(consumed, 60)
      for (const partition of range(partitions)) {
        const owner = (await agent.call('assignment', { consumer: 'one' })).includes(partition) ? 'one' : 'two'
        await agent.call('commit', { consumer: owner, topic: 'shared', partition, offset: 10 })
      }
      await agent.call('close', { consumer: 'one' })
      assert.deepEqual(await settledAssignments(agent, ['two'], partitions), [partitions])
      await produce('shared', everywhere(60))
      const afterwards = await pollUntil(['two'], 60)
      await agent.call('close', { consumer: 'two' })
      assertReadOnce(
        [...consumed, ...(client.repeatsAfterRebalance === true ? withoutRepeats(afterwards) : afterwards)],
        120,
      )
    })

    check('lists, describes and deletes groups', ['listGroups', 'describeGroup', 'deleteGroup'], async () => {
      assert.equal((await agent.call('listGroups', {})).includes('resuming'), true)
      await newTopic('described', 1)
      await agent.call('open', { consumer: 'described', group: 'described', topic: 'described' })
      await settledAssignments(agent, ['described'], 1)
      const live = await agent.call('describeGroup', { group: 'described' })
      assert.deepEqual({ state: live.state.toLowerCase(), members: live.members }, { state: 'stable', members: 1 })
      await agent.call('close', { consumer: 'described' })
      const left = await agent.call('describeGroup', { group: 'described' })
      assert.deepEqual({ state: left.state.toLowerCase(), members: left.members }, { state: 'empty', members: 0 })
      await agent.call('deleteGroup', { group: 'resuming' })
      assert.equal((await agent.call('listGroups', {})).includes('resuming'), false)
      if (!client.lacks?.includes('committed')) {
        assert.deepEqual(await agent.call('committed', { group: 'resuming', topic: 'resumed' }), {})
      }
    })

    check('describes and alters the configuration of a topic', ['describeConfigs', 'alterConfigs'], async () => {
      await newTopic('configured', 1)
      const before = await agent.call('describeConfigs', { topic: 'configured' })
      assert.equal(before['retention.ms'], '604800000')
      assert.equal(before['cleanup.policy'], 'delete')
      await agent.call('alterConfigs', { topic: 'configured', configs: { 'retention.ms': '7200000' } })
      await eventually(async () => {
        const after = await agent.call('describeConfigs', { topic: 'configured' })
        assert.equal(after['retention.ms'], '7200000')
      })
      await assert.rejects(
        agent.call('alterConfigs', { topic: 'configured', configs: { 'retention.ms': 'soon' } }),
        isClientError(/invalid/i),
      )
    })

    check('adds partitions, and uses them', ['createPartitions', 'partitionCount'], async () => {
      await newTopic('grown', 1)
      await agent.call('createPartitions', { topic: 'grown', count: 3 })
      await eventually(async () => assert.equal(await agent.call('partitionCount', { topic: 'grown' }), 3))
      await produce('grown', plainRecords(5, 2))
      assert.deepEqual(new Set((await readAll('grown', 5)).map(({ partition }) => partition)), new Set([2]))
    })

    check('finds offsets: earliest, latest, by time', ['listOffset'], async () => {
      await newTopic('measured', 1)
      await produce('measured', plainRecords(10, 0))
      assert.equal(await agent.call('listOffset', { topic: 'measured', partition: 0, at: 'earliest' }), 0)
      assert.equal(await agent.call('listOffset', { topic: 'measured', partition: 0, at: 'latest' }), 10)
      const [batch] = await batchesInLog(target.port, 'measured', 0)
      assert.equal(await agent.call('listOffset', { topic: 'measured', partition: 0, at: batch!.baseTimestamp }), 0)
    })

    check('deletes records: those before the offset are gone', ['deleteRecords'], async () => {
      await newTopic('shortened', 1)
      await produce('shortened', plainRecords(50, 0))
      await agent.call('deleteRecords', { topic: 'shortened', partition: 0, offset: 40 })
      if (!client.lacks?.includes('listOffset')) {
        assert.equal(await agent.call('listOffset', { topic: 'shortened', partition: 0, at: 'earliest' }), 40)
      }
      assert.deepEqual((await readAll('shortened', 10)).map(serialOf), range(10, 40))
    })

    check('deletes a topic, and is told when there is none', ['deleteTopic', 'listTopics'], async () => {
      await newTopic('deleted', 2)
      await produce('deleted', plainRecords(5, 1))
      await agent.call('deleteTopic', { topic: 'deleted' })
      await eventually(async () => assert.equal((await agent.call('listTopics', {})).includes('deleted'), false))
      await assert.rejects(
        agent.call('deleteTopic', { topic: 'never-there' }),
        isClientError(/unknown|not.*(host|exist)/i),
      )
    })
  })
}

type ProduceOptions = AgentCommands['produce']['args']

/** Polls until every partition has exactly one owner and every member some; yields how many each has. */
async function settledAssignments(agent: Agent, members: readonly string[], partitions: number): Promise<number[]> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const assignments: number[][] = []
    for (const consumer of members) {
      const records = await agent.call('poll', { consumer, max: 10_000, waitMs: 100 })
      assert.deepEqual(records, [])
      assignments.push(await agent.call('assignment', { consumer }))
    }
    const owned = assignments.flat().sort(ascending)
    const isSettled = assignments.every(({ length }) => length > 0) && String(owned) === String(range(partitions))
    if (isSettled) return assignments.map(({ length }) => length)
    assert.ok(Date.now() < deadline, `after ${patienceMs} ms the members had ${JSON.stringify(assignments)}`)
  }
}

/** Metadata reaches a client when it asks again. */
async function eventually(assertion: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 10_000
  for (;;) {
    try {
      return await assertion()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}

function withoutRepeats(records: readonly ConsumedRecord[]): ConsumedRecord[] {
  return [...new Map(records.map(record => [serialOf(record), record])).values()]
}

function assertSame(consumed: readonly ConsumedRecord[], produced: readonly WireRecord[]): void {
  assertReadOnce(consumed, produced.length)
  for (const record of consumed) assert.deepEqual(contentOf(record), contentOf(produced[serialOf(record)]!))
}

/** Every record once; within a partition in the order of producing, at offsets without a gap. */
function assertReadOnce(consumed: readonly ConsumedRecord[], count: number): void {
  assert.deepEqual(consumed.map(serialOf).sort(ascending), range(count))
  const last = new Map<number, ConsumedRecord>()
  for (const record of consumed) {
    const previous = last.get(record.partition)
    assert.equal(record.offset, previous === undefined ? 0 : previous.offset + 1)
    if (previous !== undefined)
      assert.ok(serialOf(previous) < serialOf(record), 'records of one partition changed places')
    last.set(record.partition, record)
  }
}

function assertKeysLandAsJavas(consumed: readonly ConsumedRecord[], partitions: number): void {
  for (const { key, partition } of consumed) {
    if (key !== null) assert.equal(partition, javaPartition(Buffer.from(key, 'base64'), partitions), `of key ${key}`)
  }
}

async function allBatches(port: number, topic: string, partitions: number) {
  const batches = await Promise.all(range(partitions).map(partition => batchesInLog(port, topic, partition)))
  return batches.flat()
}

/** The codecs in the log. A client may leave a batch alone that compression would make larger. */
function codecsOf(batches: Awaited<ReturnType<typeof batchesInLog>>, wanted: Compression): Compression[] {
  const found = new Set(batches.map(({ compressionId }) => compressions[compressionId]!))
  if (found.size > 1 && wanted !== 'none') found.delete('none')
  return [...found]
}

function isClientError(pattern: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ClientError, String(error))
    assert.match(error.message, pattern)
    return true
  }
}

const ascending = (left: number, right: number) => left - right

function range(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}
