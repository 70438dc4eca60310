import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { nodePorts } from '../../../src/platform/node-ports.ts'
import type { Disk, DiskFile } from '../../../src/ports.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { ServerPorts } from '../../../src/server-options.ts'
import { type EffectBroker, type EffectTopic, eventually, settled, startEffectBroker } from './effect-broker.ts'

/**
 * What a topic is configured with, once by the topic's own key and once by each broker key it falls back to: the same
 * must be seen. `without` is what is seen where nobody sets it.
 */
interface TopicEffect {
  readonly topic: string
  readonly value: string
  /** Broker keys that say the same, each with the value in its own unit. */
  readonly broker: Readonly<Record<string, string>>
  readonly says: string
  /** Beside the key. */
  readonly configs?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, string>>
  readonly ports?: (disk: Disk) => Partial<ServerPorts>
  /** What is observed; it must be `is` with the key and `isWithout` without it. */
  observe(topic: EffectTopic, broker: EffectBroker): Promise<unknown>
  readonly is: unknown
  readonly isWithout: unknown
}

const hourMs = 3_600_000
const small = { 'internal.segment.bytes': '300' }

/** How many bytes a batch of text has on disk. */
async function storedBytes(topic: EffectTopic): Promise<number> {
  const text = Array.from({ length: 3000 }, (_, index) => `${(index * 7919) % 1009} is a word`).join(' ')
  await topic.produce({ records: [{ value: text, timestamp: Date.now() }] })
  return topic.sizeOf(topic.files('.log')[0]!)
}

let syncs = 0
/** Counts how often a segment is brought to stable storage. */
function countingSyncs(disk: Disk): Partial<ServerPorts> {
  syncs = 0
  const counted = (file: DiskFile): DiskFile => ({
    read: (into, position) => file.read(into, position),
    write: (buffers, position) => file.write(buffers, position),
    truncate: length => file.truncate(length),
    size: () => file.size(),
    setModifiedMs: ms => file.setModifiedMs(ms),
    close: () => file.close(),
    sync: () => {
      syncs++
      return file.sync()
    },
  })
  const isCounted = (path: string) => path.endsWith('.log') && path.includes('topic-')
  const counting = new Proxy<Disk>(disk, {
    get(_, name: keyof Disk) {
      if (name !== 'open') return disk[name].bind(disk)
      return async (path: string, mode: 'read' | 'write' | 'create') => {
        const file = await disk.open(path, mode)
        return isCounted(path) ? counted(file) : file
      }
    },
  })
  return { disk: counting }
}

/** The values of the records that are left once the log could have been compacted. */
async function compacted(topic: EffectTopic, { clock }: EffectBroker): Promise<string> {
  for (const value of ['old', 'new', 'last']) {
    await topic.produce({ records: [{ key: 'key', value: value.repeat(45), timestamp: clock.nowMs() }] })
  }
  for (let round = 0; round < 6; round++) {
    clock.advance(15_000)
    await settled()
  }
  const bytes = (await topic.fetch()).toString('latin1')
  return ['old', 'new', 'last'].filter(value => bytes.includes(value)).join(' ')
}

const compact = { ...small, 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' }
const quickCleaner = { 'log.cleaner.backoff.ms': '15000' }

const effects: readonly TopicEffect[] = [
  {
    topic: 'segment.bytes',
    value: '1048576',
    broker: { 'log.segment.bytes': '1048576' },
    says: 'bounds a segment',
    observe: async topic => {
      for (let batch = 0; batch < 3; batch++) await topic.produce({ records: [{ value: 'x', times: 600_000 }] })
      return topic.files('.log').length
    },
    is: 3,
    isWithout: 1,
  },
  {
    topic: 'internal.segment.bytes',
    value: '300',
    broker: {},
    says: 'bounds a segment, however small',
    observe: async topic => {
      for (let batch = 0; batch < 3; batch++) await topic.produce({ records: [{ value: 'x', times: 200 }] })
      return topic.files('.log').length
    },
    is: 3,
    isWithout: 1,
  },
  {
    topic: 'segment.ms',
    value: String(hourMs),
    broker: { 'log.roll.ms': String(hourMs), 'log.roll.hours': '1' },
    says: 'closes a segment at an age',
    observe: async topic => {
      const nowMs = Date.now()
      for (const timestamp of [nowMs - 2 * hourMs, nowMs]) await topic.produce({ records: [{ timestamp }] })
      return topic.files('.log').length
    },
    is: 2,
    isWithout: 1,
  },
  {
    topic: 'segment.jitter.ms',
    value: String(hourMs),
    broker: { 'log.roll.jitter.ms': String(hourMs), 'log.roll.jitter.hours': '1' },
    says: 'closes a segment earlier, by chance',
    configs: { 'segment.ms': String(2 * hourMs) },
    // The most that chance can take.
    ports: () => ({
      random: { ...nodePorts(() => {}, 'ERROR').random, uint32: () => 0xffff_ffff, bytes: randomBytes },
    }),
    observe: async topic => {
      const nowMs = Date.now()
      for (const timestamp of [nowMs - 1.5 * hourMs, nowMs]) await topic.produce({ records: [{ timestamp }] })
      return topic.files('.log').length
    },
    is: 2,
    isWithout: 1,
  },
  {
    topic: 'segment.index.bytes',
    value: '8',
    broker: { 'log.index.size.max.bytes': '8' },
    says: 'closes a segment whose index is full',
    configs: { 'index.interval.bytes': '0' },
    observe: async topic => {
      for (let batch = 0; batch < 4; batch++) await topic.produce()
      return topic.files('.log').length > 1
    },
    is: true,
    isWithout: false,
  },
  {
    topic: 'index.interval.bytes',
    value: '0',
    broker: { 'log.index.interval.bytes': '0' },
    says: 'makes the index denser',
    observe: async (topic, { broker }) => {
      for (let batch = 0; batch < 4; batch++) await topic.produce()
      await broker.restart()
      return topic.sizeOf(topic.files('.index')[0]!) / 8
    },
    is: 3,
    isWithout: 0,
  },
  {
    topic: 'preallocate',
    value: 'true',
    broker: { 'log.preallocate': 'true' },
    says: 'makes the file of a segment in full size, and cuts it at the end',
    configs: { 'segment.bytes': '2000000' },
    observe: async (topic, { broker }) => {
      await topic.produce()
      const sizes = [topic.sizeOf(topic.files('.log')[0]!) === 2_000_000]
      await broker.restart()
      return [...sizes, topic.sizeOf(topic.files('.log')[0]!) < 100]
    },
    is: [true, true],
    isWithout: [false, true],
  },
  {
    topic: 'retention.bytes',
    value: '300',
    broker: { 'log.retention.bytes': '300' },
    says: 'deletes the oldest segments beyond a size',
    configs: small,
    observe: keptFrom,
    is: 2,
    isWithout: 0,
  },
  {
    topic: 'retention.ms',
    value: String(hourMs),
    broker: { 'log.retention.ms': String(hourMs), 'log.retention.minutes': '60', 'log.retention.hours': '1' },
    says: 'deletes segments at an age',
    configs: small,
    observe: (topic, broker) => keptFrom(topic, broker, Date.now() - 2 * hourMs),
    is: 4,
    isWithout: 0,
  },
  {
    topic: 'file.delete.delay.ms',
    value: '1000',
    broker: { 'log.segment.delete.delay.ms': '1000' },
    says: 'keeps the files of a deleted topic that long',
    observe: async (topic, { broker, clock, paths }) => {
      await topic.produce()
      await broker.deleteTopic(topic.name)
      const isThere = () => paths().some(path => path.includes('-delete/'))
      await eventually(isThere, 'a doomed directory')
      clock.advance(1000)
      for (let turn = 0; turn < 20 && isThere(); turn++) await settled()
      return isThere()
    },
    is: false,
    isWithout: true,
  },
  {
    topic: 'flush.messages',
    value: '1',
    broker: { 'log.flush.interval.messages': '1' },
    says: 'brings each batch to stable storage',
    ports: countingSyncs,
    observe: async topic => {
      await topic.produce()
      await settled()
      return syncs > 0
    },
    is: true,
    isWithout: false,
  },
  {
    topic: 'flush.ms',
    value: '1000',
    broker: { 'log.flush.interval.ms': '1000' },
    says: 'brings what is that old to stable storage',
    properties: { 'log.flush.scheduler.interval.ms': '2000' },
    configs: {},
    ports: countingSyncs,
    observe: async (topic, { clock }) => {
      await topic.produce()
      clock.advance(2000)
      for (let turn = 0; turn < 100 && syncs === 0; turn++) await settled()
      return syncs > 0
    },
    is: true,
    isWithout: 'either',
  },
  {
    topic: 'max.message.bytes',
    value: '1000',
    broker: { 'message.max.bytes': '1000' },
    says: 'refuses larger batches',
    observe: async topic => (await topic.produce({ records: [{ value: 'x', times: 2000 }] })).errorCode,
    is: ErrorCode.MESSAGE_TOO_LARGE,
    isWithout: ErrorCode.NONE,
  },
  {
    topic: 'message.timestamp.type',
    value: 'LogAppendTime',
    broker: { 'log.message.timestamp.type': 'LogAppendTime' },
    says: 'stamps records with the time of the append',
    observe: async topic => (await topic.produce()).logAppendTimeMs >= 0,
    is: true,
    isWithout: false,
  },
  {
    topic: 'message.timestamp.before.max.ms',
    value: '1000',
    broker: { 'log.message.timestamp.before.max.ms': '1000' },
    says: 'refuses records that are older',
    observe: async topic => (await topic.produce({ records: [{ timestamp: Date.now() - hourMs }] })).errorCode,
    is: ErrorCode.INVALID_TIMESTAMP,
    isWithout: ErrorCode.NONE,
  },
  {
    topic: 'message.timestamp.after.max.ms',
    value: '1000',
    broker: { 'log.message.timestamp.after.max.ms': '1000' },
    says: 'refuses records from further in the future',
    observe: async topic => (await topic.produce({ records: [{ timestamp: Date.now() + hourMs / 2 }] })).errorCode,
    is: ErrorCode.INVALID_TIMESTAMP,
    isWithout: ErrorCode.NONE,
  },
  {
    topic: 'cleanup.policy',
    value: 'compact',
    broker: { 'log.cleanup.policy': 'compact' },
    says: 'compacts, and takes no record without a key',
    observe: async topic => (await topic.produce({ records: [{ value: 'x' }] })).errorCode,
    is: ErrorCode.INVALID_RECORD,
    isWithout: ErrorCode.NONE,
  },
  {
    topic: 'compression.type',
    value: 'gzip',
    broker: { 'compression.type': 'gzip' },
    says: 'compresses what is stored',
    observe: async topic => {
      await topic.produce({ records: [{ value: 'x', times: 1000 }] })
      return (await topic.fetch()).readInt16BE(21) & 7
    },
    is: 1,
    isWithout: 0,
  },
  ...(
    [
      ['gzip', '1', '9'],
      ['zstd', '-5', '19'],
      ['lz4', '1', '12'],
    ] as const
  ).map(
    ([codec, low, high]): TopicEffect => ({
      topic: `compression.${codec}.level`,
      value: high,
      broker: { [`compression.${codec}.level`]: high },
      says: 'makes what is stored smaller the higher it is',
      configs: { 'compression.type': codec },
      properties: {},
      observe: async (topic, broker) => {
        const lower = await broker.topic({ 'compression.type': codec, [`compression.${codec}.level`]: low })
        return (await storedBytes(topic)) < 0.97 * (await storedBytes(lower))
      },
      is: true,
      isWithout: 'either',
    }),
  ),
  {
    topic: 'min.cleanable.dirty.ratio',
    value: '1',
    broker: { 'log.cleaner.min.cleanable.ratio': '1' },
    says: 'leaves a log alone that is not dirty enough',
    configs: { ...small, 'cleanup.policy': 'compact' },
    properties: quickCleaner,
    observe: compacted,
    is: 'old new last',
    isWithout: 'new last',
  },
  {
    topic: 'min.compaction.lag.ms',
    value: String(hourMs),
    broker: { 'log.cleaner.min.compaction.lag.ms': String(hourMs) },
    says: 'leaves records alone that are younger',
    configs: compact,
    properties: quickCleaner,
    observe: compacted,
    is: 'old new last',
    isWithout: 'new last',
  },
  {
    topic: 'max.compaction.lag.ms',
    value: '20000',
    broker: { 'log.cleaner.max.compaction.lag.ms': '20000' },
    says: 'compacts a log that is not dirty enough once its records are that old',
    configs: { ...small, 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '1' },
    properties: quickCleaner,
    observe: compacted,
    is: 'new last',
    isWithout: 'old new last',
  },
  {
    topic: 'delete.retention.ms',
    value: '1000',
    broker: { 'log.cleaner.delete.retention.ms': '1000' },
    says: 'keeps tombstones that long',
    configs: compact,
    properties: quickCleaner,
    observe: async (topic, broker) => {
      await topic.produce({ records: [{ key: 'tombstone', value: null, timestamp: broker.clock.nowMs() }] })
      await compacted(topic, broker)
      await compacted(topic, broker)
      return (await topic.fetch()).includes('tombstone')
    },
    is: false,
    isWithout: true,
  },
]

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}

/** Where a log of four segments begins once retention has looked at it. */
async function keptFrom(topic: EffectTopic, { clock }: EffectBroker, timestamp = Date.now()): Promise<number> {
  for (let batch = 0; batch < 4; batch++) await topic.produce({ records: [{ value: 'x', times: 200, timestamp }] })
  clock.advance(30_000)
  for (let turn = 0; turn < 20 && (await topic.offset(-2)) === 0; turn++) await settled()
  return await topic.offset(-2)
}

for (const effect of effects) {
  const { topic: key, value, configs, properties, ports, isWithout } = effect
  const run = async (t: TestContext, own: object, ofBroker: object) => {
    const broker = await startEffectBroker(t, { ...properties, ...ofBroker }, ports)
    return await effect.observe(await broker.topic({ ...configs, ...own }), broker)
  }
  test(`topic ${key}: ${effect.says}`, async t => {
    assert.deepEqual(await run(t, { [key]: value }, {}), effect.is)
    if (isWithout !== 'either') assert.deepEqual(await run(t, {}, {}), isWithout)
  })
  for (const [brokerKey, text] of Object.entries(effect.broker)) {
    test(`${brokerKey}: ${effect.says}`, async t => {
      assert.deepEqual(await run(t, {}, { [brokerKey]: text }), effect.is)
    })
  }
}
