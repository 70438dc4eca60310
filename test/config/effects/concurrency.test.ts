import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Disk, Offload } from '../../../src/ports.ts'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { type EffectBroker, eventually, onTheSpot, settled, startEffectBroker } from './effect-broker.ts'

/** How many calls of one of the disk's operations were under way at once, at most. */
function watchedDisk(disk: Disk, operation: 'removeTree' | 'readFile', isWatched: (path: string) => boolean) {
  const seen = { most: 0 }
  let underWay = 0
  const watched = new Proxy<Disk>(disk, {
    get(_, name: keyof Disk) {
      if (name !== operation) return disk[name].bind(disk)
      return async (path: string) => {
        if (!isWatched(path)) return await disk[operation](path)
        seen.most = Math.max(seen.most, ++underWay)
        for (let turn = 0; turn < 20; turn++) await nextTurn()
        underWay--
        return await disk[operation](path)
      }
    },
  })
  return { watched, seen }
}

test('background.threads: so many directories of deleted topics are removed at a time', async t => {
  let seen = { most: 0 }
  const broker = await startEffectBroker(
    t,
    { 'background.threads': '2', 'log.segment.delete.delay.ms': '1000' },
    disk => {
      const { watched, seen: counted } = watchedDisk(disk, 'removeTree', path => path.includes('-delete'))
      seen = counted
      return { disk: watched }
    },
  )
  for (let index = 0; index < 6; index++) {
    const topic = await broker.topic()
    await topic.produce()
    await broker.broker.deleteTopic(topic.name)
  }
  await settled()
  broker.clock.advance(1000)
  await eventually(() => !broker.paths().some(path => path.includes('-delete/')), 'nothing left')
  assert.equal(seen.most, 2)
})

test('num.recovery.threads.per.data.dir: so many logs are loaded at a time, four for each', async t => {
  let seen = { most: 0 }
  const broker = await startEffectBroker(t, { 'num.recovery.threads.per.data.dir': '1' }, disk => {
    const { watched, seen: counted } = watchedDisk(disk, 'readFile', path => path.endsWith('/partition.metadata'))
    seen = counted
    return { disk: watched }
  })
  for (let index = 0; index < 12; index++) await broker.topic()
  seen.most = 0
  await broker.broker.restart()
  assert.equal(seen.most, 4)
})

/** An offload that remembers what it was asked. */
function remembering(name: string) {
  const inputs: { readonly bytes: Uint8Array; readonly keysMax: number; readonly map: SharedArrayBuffer }[] = []
  const seen = { inputs, most: 0 }
  let underWay = 0
  const offload: Offload = {
    run: async <Result>(asked: string, input: unknown) => {
      if (asked === name) inputs.push(input as (typeof inputs)[number])
      seen.most = Math.max(seen.most, ++underWay)
      for (let turn = 0; turn < 20; turn++) await nextTurn()
      underWay--
      return await onTheSpot.run<Result>(asked, input)
    },
  }
  return { offload, seen }
}

const compacted = { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' }

/** What the cleaner has looked at once it compacted two topics, of four batches each. */
async function cleaned(t: Parameters<typeof startEffectBroker>[0], properties: Record<string, string>) {
  const { offload, seen } = remembering('mapKeys')
  const broker = await startEffectBroker(t, { 'log.cleaner.backoff.ms': '1000', ...properties }, () => ({ offload }))
  const topics = [
    await broker.topic({ ...compacted, 'internal.segment.bytes': '1400' }),
    await broker.topic({ ...compacted, 'internal.segment.bytes': '1400' }),
  ]
  for (const topic of topics) {
    for (let batch = 0; batch < 5; batch++)
      await topic.produce({ records: [{ key: `key ${batch}`, value: 'x', times: 300 }] })
  }
  for (let round = 0; round < 12; round++) {
    broker.clock.advance(1000)
    await settled()
  }
  return seen
}

test('log.cleaner.threads: so many logs are compacted at a time', async t => {
  const dedupe = { 'log.cleaner.dedupe.buffer.size': '134217728' }
  assert.equal((await cleaned(t, { ...dedupe, 'log.cleaner.threads': '1' })).most, 1)
  assert.equal((await cleaned(t, { ...dedupe, 'log.cleaner.threads': '2' })).most, 2)
})

test('log.cleaner.io.buffer.size: so much is read at a time', async t => {
  const longest = async (value: string) =>
    Math.max(...(await cleaned(t, { 'log.cleaner.io.buffer.size': value })).inputs.map(({ bytes }) => bytes.length))
  assert.ok((await longest('1000')) < (await longest('100000')))
})

test('log.cleaner.io.buffer.load.factor: so full the map of keys may become', async t => {
  const share = async (value: string) => {
    const [first] = (await cleaned(t, { 'log.cleaner.io.buffer.load.factor': value })).inputs
    return first!.keysMax / first!.map.byteLength
  }
  assert.ok((await share('0.3')) < (await share('0.9')))
})

/** How often the log of an internal topic is read when its coordinator starts again. */
async function readsAtStart(
  t: Parameters<typeof startEffectBroker>[0],
  properties: Record<string, string>,
  topic: string,
  write: (broker: EffectBroker) => Promise<number>,
): Promise<number> {
  let reads = 0
  const broker = await startEffectBroker(t, properties, disk => ({
    disk: new Proxy<Disk>(disk, {
      get(_, name: keyof Disk) {
        if (name !== 'open') return disk[name].bind(disk)
        return async (path: string, mode: 'read' | 'write' | 'create') => {
          const file = await disk.open(path, mode)
          if (!path.includes(topic) || !path.endsWith('.log')) return file
          const read: typeof file.read = (into, position) => {
            reads++
            return file.read(into, position)
          }
          return { ...file, read }
        }
      },
    }),
  }))
  await broker.topic()
  for (let written = 0; written < 10; written++) {
    await eventually(async () => (await write(broker)) === ErrorCode.NONE, 'a coordinator')
  }
  reads = 0
  await broker.broker.restart()
  const client = await broker.broker.connect()
  await eventually(async () => (await write({ ...broker, client })) === ErrorCode.NONE, 'a coordinator')
  return reads
}

test('offsets.load.buffer.size: so much of the log is read at a time when groups are loaded', async t => {
  const commit = async ({ client }: EffectBroker) => {
    const partitions = [{ partitionIndex: 0, committedOffset: 5n, committedMetadata: 'x'.repeat(200) }]
    const request = {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [{ name: 'topic-0', partitions }],
    }
    await client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] })
    const code = (await client.send(OffsetCommit, 8, request)).topics[0]!.partitions[0]!.errorCode
    return code
  }
  const reads = (value: string) =>
    readsAtStart(
      t,
      { 'offsets.topic.num.partitions': '1', 'offsets.load.buffer.size': value },
      '__consumer_offsets',
      commit,
    )
  assert.ok((await reads('1')) > (await reads('5242880')))
})

test('transaction.state.log.load.buffer.size: so much of the log is read at a time when transactions are loaded', async t => {
  const begin = async ({ client }: EffectBroker) => {
    await client.send(FindCoordinator, 4, { keyType: 1, coordinatorKeys: ['t'] })
    const request = { transactionalId: 't', transactionTimeoutMs: 1000, producerId: -1, producerEpoch: -1 }
    return (await client.send(InitProducerId, 4, request)).errorCode
  }
  const one = { 'transaction.state.log.num.partitions': '1' }
  const reads = (value: string) =>
    readsAtStart(t, { ...one, 'transaction.state.log.load.buffer.size': value }, '__transaction_state', begin)
  assert.ok((await reads('1')) > (await reads('5242880')))
})

test('log.cleaner.dedupe.buffer.size: so much memory is taken for keys, however many there are', async t => {
  const mapBytes = async (bufferBytes: string) => {
    const { offload, seen } = remembering('mapKeys')
    const properties = {
      'log.cleaner.backoff.ms': '1000',
      'log.cleaner.dedupe.buffer.size': bufferBytes,
      'log.cleaner.threads': '1',
    }
    const broker = await startEffectBroker(t, properties, () => ({ offload }))
    const topic = await broker.topic({ ...compacted, 'internal.segment.bytes': '400000' })
    const keysPerBatch = 10_000
    for (let batch = 0; batch < 8; batch++) {
      const records = Array.from({ length: keysPerBatch }, (_, index) => ({ key: `${batch * keysPerBatch + index}` }))
      assert.equal((await topic.produce({ records })).errorCode, ErrorCode.NONE)
    }
    await eventually(async () => {
      broker.clock.advance(1000)
      await settled()
      return seen.inputs.length > 0
    }, 'a cleaning')
    return seen.inputs[0]!.map.byteLength
  }
  assert.ok((await mapBytes('1048577')) <= 1_048_577)
  assert.ok((await mapBytes('8388608')) > 1_048_577)
})
