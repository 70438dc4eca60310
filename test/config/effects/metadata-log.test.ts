import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodePorts } from '../../../src/platform/node-ports.ts'
import type { Disk } from '../../../src/ports.ts'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { SteeredClock } from '../../support/steered-clock.ts'
import { startTestBroker } from '../../support/test-broker.ts'
import { type EffectBroker, eventually, settled, startEffectBroker } from './effect-broker.ts'

function metadataFiles({ paths }: EffectBroker, suffix: string): string[] {
  return paths().filter(path => path.startsWith('__cluster_metadata-0/') && path.endsWith(suffix))
}

function metadataBytes({ disk, broker, ...rest }: EffectBroker): number {
  return metadataFiles({ disk, broker, ...rest }, '.log').reduce(
    (sum, path) => sum + disk.files.get(`${broker.directory}/${path}`)!.length,
    0,
  )
}

test('internal.metadata.log.segment.bytes: bounds a segment of the metadata log', async t => {
  const broker = await startEffectBroker(t, { 'internal.metadata.log.segment.bytes': '2000' })
  for (let topic = 0; topic < 12; topic++) await broker.topic()
  assert.ok(metadataFiles(broker, '.log').length > 1)
})

test('metadata.log.segment.bytes: bounds a segment of the metadata log', async t => {
  const broker = await startEffectBroker(t, { 'metadata.log.segment.bytes': '8388608' })
  const configs = { 'follower.replication.throttled.replicas': `0:${'1'.repeat(30_000)}` }
  for (let topic = 0; topic < 290; topic++) await broker.topic(configs)
  assert.equal(metadataFiles(broker, '.log').length, 2)
})

test('metadata.log.segment.ms: closes a segment of the metadata log at an age', async t => {
  const broker = await startEffectBroker(t, { 'metadata.log.segment.ms': '1000' })
  assert.equal(metadataFiles(broker, '.log').length, 1)
  broker.clock.advance(2000)
  await broker.topic()
  assert.ok(metadataFiles(broker, '.log').length > 1)
})

test('metadata.log.max.record.bytes.between.snapshots: writes a snapshot after so many bytes', async t => {
  const broker = await startEffectBroker(t, { 'metadata.log.max.record.bytes.between.snapshots': '500' })
  const isThere = () =>
    metadataFiles(broker, '.checkpoint').some(
      path => !path.includes('/bootstrap') && !path.endsWith('/00000000000000000000-0000000000.checkpoint'),
    )
  for (let topic = 0; topic < 6; topic++) await broker.topic()
  await eventually(isThere, 'a snapshot')
})

test('metadata.log.max.snapshot.interval.ms: writes a snapshot at an age', async t => {
  const broker = await startEffectBroker(t, { 'metadata.log.max.snapshot.interval.ms': '1000' })
  const snapshots = () => metadataFiles(broker, '.checkpoint').length
  const before = snapshots()
  broker.clock.advance(2000)
  await broker.topic()
  await eventually(async () => {
    broker.clock.advance(1000)
    await settled()
    return snapshots() > before
  }, 'a snapshot')
})

for (const [key, value] of [
  ['metadata.max.retention.bytes', '1'],
  ['metadata.max.retention.ms', '1'],
] as const) {
  test(`${key}: old snapshots and segments go`, async t => {
    const properties = {
      'metadata.log.max.record.bytes.between.snapshots': '500',
      'internal.metadata.log.segment.bytes': '1500',
      'internal.metadata.delete.delay.millis': '1000',
      [key]: value,
    }
    const broker = await startEffectBroker(t, properties)
    const first = metadataFiles(broker, '.log')[0]!
    await eventually(async () => {
      await broker.topic()
      broker.clock.advance(400_000)
      await settled()
      return !metadataFiles(broker, '.log').includes(first)
    }, `no ${first}`)
  })
}

test('internal.metadata.delete.delay.millis: keeps deleted files of the metadata log that long', async t => {
  const doomed = async (delay: string) => {
    const broker = await startEffectBroker(t, {
      'metadata.log.max.record.bytes.between.snapshots': '500',
      'internal.metadata.log.segment.bytes': '1500',
      'metadata.max.retention.bytes': '1',
      'internal.metadata.delete.delay.millis': delay,
    })
    for (let round = 0; round < 12; round++) {
      await broker.topic()
      broker.clock.advance(40_000)
      await settled()
    }
    return metadataFiles(broker, '.log.deleted').length
  }
  assert.ok((await doomed('9000000')) > (await doomed('1')))
})

test('internal.metadata.max.batch.size.in.bytes: refuses a change that is larger, and the node goes on', async t => {
  const broker = await startEffectBroker(t, { 'internal.metadata.max.batch.size.in.bytes': '4000' })
  const create = async (name: string, numPartitions: number) => {
    const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }]
    return (await broker.client.send(CreateTopics, 7, { topics, timeoutMs: 1000 })).topics[0]!.errorCode
  }
  assert.equal(await create('large', 200), ErrorCode.UNKNOWN_SERVER_ERROR)
  assert.equal(await create('small', 1), ErrorCode.NONE)
})

test('metadata.max.idle.interval.ms: writes a record while nothing happens', async t => {
  for (const [properties, grows] of [
    [{ 'metadata.max.idle.interval.ms': '500' }, true],
    [{}, false],
  ] as const) {
    const broker = await startEffectBroker(t, properties)
    await settled()
    const before = metadataBytes(broker)
    broker.clock.advance(500)
    await settled()
    assert.equal(metadataBytes(broker) > before, grows)
  }
})

test('controller.quorum.append.linger.ms: a change waits that long for others', async t => {
  const clock = new SteeredClock()
  const disk = new MemoryDisk()
  let isStarted = false
  const starting = startTestBroker(t, { 'controller.quorum.append.linger.ms': '100' }, { clock, disk }).then(broker => {
    isStarted = true
    return broker
  })
  await settled()
  assert.equal(isStarted, false)
  await eventually(async () => {
    clock.advance(100)
    await settled()
    return isStarted
  }, 'a start')
  const { server } = await starting
  let isStopped = false
  const stopped = server.stop().then(() => {
    isStopped = true
  })
  await eventually(async () => {
    clock.advance(100)
    await settled()
    return isStopped
  }, 'a stop')
  await stopped
})

test('controller.performance.always.log.threshold.ms and controller.performance.sample.period.ms: tell how long decisions take', async t => {
  const lines: string[] = []
  const { loggers } = nodePorts(line => lines.push(line), 'INFO')
  const properties = {
    'controller.performance.always.log.threshold.ms': '0',
    'controller.performance.sample.period.ms': '1000',
  }
  const broker = await startEffectBroker(t, properties, () => ({ loggers }))
  await broker.topic()
  assert.ok(lines.some(line => line.includes('Exceptionally slow controller event createTopics took 0 ms.')))
  broker.clock.advance(1000)
  assert.ok(lines.some(line => /In the last 1000 ms period, \d+ controller events were completed/.test(line)))
})

test('controlled.shutdown.enable: partitions are handed over before the node stops, or not', async t => {
  for (const [value, isHandedOver] of [
    ['true', true],
    ['false', false],
  ] as const) {
    const broker = await startEffectBroker(t, { 'controlled.shutdown.enable': value })
    await broker.topic()
    const before = metadataBytes(broker)
    await broker.broker.server.stop()
    assert.equal(metadataBytes(broker) > before, isHandedOver)
  }
})

for (const [key, from] of [
  ['initial.broker.registration.timeout.ms', '__cluster_metadata-0/00000000000000000000.log'],
  ['server.max.startup.time.ms', 'meta.properties'],
] as const) {
  test(`${key}: a start that takes longer is given up`, async t => {
    const clock = new SteeredClock()
    const hanging = hangingAt(new MemoryDisk(), from, key.startsWith('initial') ? 'sync' : 'open')
    let failure: unknown
    void startTestBroker(t, { [key]: '5000' }, { clock, disk: hanging }).catch((error: unknown) => {
      failure = error
    })
    await eventually(async () => {
      clock.advance(1000)
      await settled()
      return failure !== undefined
    }, 'a failed start')
    assert.match(String(failure), new RegExp(`within 5000 ms \\(${key.replaceAll('.', '\\.')}\\)`))
  })
}

/** A disk that never ends an operation on one file: its fourth sync, or that it is opened at all. */
function hangingAt(disk: MemoryDisk, name: string, operation: 'sync' | 'open'): Disk {
  let syncs = 0
  const never = () => new Promise<never>(() => {})
  return new Proxy<Disk>(disk, {
    get(_, method: keyof Disk) {
      if (operation === 'open' && method === 'replaceFile') {
        return (path: string, bytes: Uint8Array) => (path.endsWith(name) ? never() : disk.replaceFile(path, bytes))
      }
      if (method !== 'open' || operation === 'open') return disk[method].bind(disk)
      return async (path: string, mode: 'read' | 'write' | 'create') => {
        const file = await disk.open(path, mode)
        if (!path.endsWith(name)) return file
        return { ...file, sync: () => (++syncs > 3 ? never() : file.sync()) }
      }
    },
  })
}
