import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AlterReplicaLogDirs } from '../../../src/protocol/apis/alter-replica-log-dirs.ts'
import { DescribeLogDirs } from '../../../src/protocol/apis/describe-log-dirs.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { ServerPorts } from '../../../src/server-options.ts'
import type { MemoryDisk } from '../../support/memory-disk.ts'
import {
  alter,
  type EffectBroker,
  type EffectTopic,
  eventually,
  type HeldDisk,
  holding,
  settled,
  startEffectBroker,
  stopped,
} from './effect-broker.ts'

const BROKER = 4

type Properties = Readonly<Record<string, string>>

/** A broker with two directories. Their files are in memory; on the disk of this machine lie only the locks. */
async function startWithTwo(
  t: TestContext,
  properties: Properties = {},
  ports?: (disk: MemoryDisk) => Partial<ServerPorts>,
) {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const dirs = [`${directory}/one`, `${directory}/two`] as const
  return { broker: await startEffectBroker(t, { 'log.dirs': dirs.join(','), ...properties }, ports), dirs }
}

/** Where each replica of the topics is, and how far behind the copy on its way is. */
async function placesOf({ client }: Pick<EffectBroker, 'client'>) {
  const { results } = await client.send(DescribeLogDirs, 4, { topics: null })
  return results.flatMap(({ logDir, topics }) =>
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ isFutureKey, offsetLag }) => ({ name, logDir, isFutureKey, offsetLag })),
    ),
  )
}

/** Asks for the topics to go to the directory where each is not. */
async function move(broker: Pick<EffectBroker, 'client'>, dirs: readonly string[], topics: readonly EffectTopic[]) {
  const places = await placesOf(broker)
  for (const { name } of topics) {
    const from = places.find(place => place.name === name)!.logDir
    const path = dirs.find(dir => dir !== from)!
    const request = { dirs: [{ path, topics: [{ name, partitions: [0] }] }] }
    const { results } = await broker.client.send(AlterReplicaLogDirs, 2, request)
    assert.equal(results[0]!.partitions[0]!.errorCode, ErrorCode.NONE)
  }
}

async function isMoving(broker: Pick<EffectBroker, 'client'>): Promise<boolean> {
  return (await placesOf(broker)).some(({ isFutureKey }) => isFutureKey)
}

test('num.replica.alter.log.dirs.threads: so many partitions are copied at a time', async t => {
  const most = async (properties: Properties) => {
    let isHolding = true
    let copies: HeldDisk
    const { broker, dirs } = await startWithTwo(t, properties, disk => {
      copies = holding(disk, path => isHolding && path.includes('-future/') && path.endsWith('.log'))
      return { disk: copies.disk }
    })
    const topics: EffectTopic[] = []
    for (let index = 0; index < 4; index++) topics.push(await broker.topic())
    for (const topic of topics) await topic.produce()
    await move(broker, dirs, topics)
    await settled()
    const { size } = new Set(copies!.heldPaths)
    isHolding = false
    copies!.release()
    await eventually(async () => !(await isMoving(broker)), 'all moved')
    return size
  }
  assert.equal(await most({ 'num.replica.alter.log.dirs.threads': '1' }), 1)
  assert.equal(await most({ 'num.replica.alter.log.dirs.threads': '3' }), 3)
  assert.equal(await most({}), 2)
})

/** A topic of ten batches of 1,000 bytes that is to move, at one byte per second. */
async function slowMove(t: TestContext, properties: Properties) {
  const { broker, dirs } = await startWithTwo(t, properties)
  const throttle = { 'replica.alter.log.dirs.io.max.bytes.per.second': '1' }
  assert.equal((await alter(broker, BROKER, '', throttle)).errorCode, ErrorCode.NONE)
  const topic = await broker.topic()
  for (let batch = 0; batch < 10; batch++) await topic.produce({ records: [{ value: 'x', times: 900 }] })
  await move(broker, dirs, [topic])
  await settled()
  return broker
}

for (const key of ['replica.fetch.max.bytes', 'replica.fetch.response.max.bytes']) {
  test(`${key}: so much of a partition that moves is copied at a time`, async t => {
    const copied = async (value: string) => {
      const broker = await slowMove(t, { [key]: value })
      const missing = (await placesOf(broker)).find(({ isFutureKey }) => isFutureKey)?.offsetLag ?? 0
      await stopped(broker)
      return 10 - missing
    }
    assert.deepEqual([await copied('1000'), await copied('3500'), await copied('1000000')], [1, 3, 10])
  })
}

for (const key of [
  'alter.log.dirs.replication.quota.window.num',
  'alter.log.dirs.replication.quota.window.size.seconds',
]) {
  test(`${key}: what was copied counts against the quota for so long`, async t => {
    const secondsTo = async (value: string) => {
      const window = {
        'alter.log.dirs.replication.quota.window.num': '2',
        'alter.log.dirs.replication.quota.window.size.seconds': '2',
      }
      const broker = await slowMove(t, { 'replica.fetch.max.bytes': '5000', ...window, [key]: value })
      let seconds = 0
      await eventually(async () => {
        if (!(await isMoving(broker))) return true
        broker.clock.advance(100)
        seconds += 0.1
        await settled()
        return false
      }, 'the end of the move')
      return Math.round(seconds)
    }
    // One rest, until the first half no longer counts.
    assert.deepEqual([await secondsTo('2'), await secondsTo('4')], [4, 8])
  })
}

test('replica.fetch.backoff.ms: a move that has failed is tried again after it', async t => {
  const attempts = async (properties: Properties) => {
    const { broker, dirs } = await startWithTwo(t, properties)
    const topic = await broker.topic({ 'internal.segment.bytes': '300' })
    for (let batch = 0; batch < 4; batch++) await topic.produce({ records: [{ value: 'x', times: 200 }] })
    // The copy is checked, and so is what it is made from.
    await broker.broker.restart(() => {
      const path = [...broker.disk.files.keys()].find(name =>
        name.endsWith(`${topic.name}-0/00000000000000000000.log`),
      )!
      const bytes = Buffer.from(broker.disk.files.get(path)!)
      bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
      broker.disk.put(path, bytes)
    })
    const client = await broker.broker.connect()
    await move({ client }, dirs, [topic])
    await settled()
    for (let second = 0; second < 4; second++) {
      broker.clock.advance(1000)
      await settled()
    }
    return broker.broker.lines.filter(line => line.includes('failed; it is tried again')).length
  }
  assert.deepEqual([await attempts({}), await attempts({ 'replica.fetch.backoff.ms': '2000' })], [5, 3])
})

test('log.dir.failure.timeout.ms: a broker that cannot tell the controller of a failed directory in time ends', async t => {
  const failureAfter = async (properties: Properties, ms: number) => {
    let isHolding = false
    let metadata: HeldDisk
    // A broker that has failed says so once more when it is stopped.
    const after = (ending: () => Promise<void>) => t.after(() => ending().catch(() => {}))
    const { broker, dirs } = await startWithTwo({ after } as unknown as TestContext, properties, disk => {
      metadata = holding(disk, path => isHolding && path.includes('/__cluster_metadata-0/'))
      return { disk: metadata.disk }
    })
    const topics: EffectTopic[] = []
    for (let index = 0; index < 2; index++) topics.push(await broker.topic())
    const places = await placesOf(broker)
    const topic = topics.find(({ name }) => places.find(place => place.name === name)!.logDir === dirs[1])!
    let failure: unknown
    broker.broker.server.closed.catch((error: unknown) => {
      failure = error
    })
    isHolding = true
    broker.disk.failBelow = dirs[1]
    broker.disk.failWith = 'EIO'
    assert.equal((await topic.produce()).errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
    await settled()
    broker.clock.advance(ms)
    isHolding = false
    metadata!.release()
    await settled()
    await stopped(broker).catch(() => {})
    return String(failure)
  }
  const timeout = (value: string) => ({ 'log.dir.failure.timeout.ms': value })
  assert.match(await failureAfter(timeout('2000'), 2000), /couldn't communicate offline log dir/)
  assert.equal(await failureAfter(timeout('20000'), 2000), 'undefined')
})
