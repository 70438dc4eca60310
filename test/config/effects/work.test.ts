import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import type { Offload } from '../../../src/ports.ts'
import { ApiVersions } from '../../../src/protocol/apis/api-versions.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { requestFrame, sized } from '../../network/frames.ts'
import { startHarness } from '../../network/network-harness.ts'
import { RawClient } from '../../support/raw-client.ts'
import {
  alter,
  type EffectBroker,
  type EffectTopic,
  eventually,
  settled,
  startEffectBroker,
  stopped,
} from './effect-broker.ts'

const BROKER = 4

/** The text of a file of the log directory; empty where it is not there. */
function textOf({ broker, disk }: EffectBroker, name: string): string {
  return Buffer.from(disk.files.get(`${broker.directory}/${name}`) ?? []).toString()
}

for (const [key, file] of [
  ['replica.high.watermark.checkpoint.interval.ms', 'replication-offset-checkpoint'],
  ['log.flush.offset.checkpoint.interval.ms', 'recovery-point-offset-checkpoint'],
  ['log.flush.start.offset.checkpoint.interval.ms', 'log-start-offset-checkpoint'],
] as const) {
  test(`${key}: ${file} is written so often`, async t => {
    const written = async (value: string) => {
      const broker = await startEffectBroker(t, { [key]: value })
      await (await broker.topic()).produce()
      broker.clock.advance(2000)
      await settled()
      return textOf(broker, file) !== ''
    }
    assert.deepEqual([await written('1000'), await written('20000')], [true, false])
  })
}

/** Where a log begins whose first three segments are too old, a time after the start. */
async function startsAt(broker: EffectBroker, afterMs: number): Promise<number> {
  const topic = await broker.topic({ 'internal.segment.bytes': '300', 'retention.ms': '1' })
  for (let batch = 0; batch < 4; batch++) await topic.produce({ records: [{ value: 'x', times: 200, timestamp: 5 }] })
  broker.clock.advance(afterMs)
  for (let turn = 0; turn < 5 && (await topic.offset(-2)) === 0; turn++) await settled()
  return await topic.offset(-2)
}

test('log.retention.check.interval.ms: old segments are looked for so often', async t => {
  const quick = await startEffectBroker(t, { 'log.retention.check.interval.ms': '1000' })
  assert.ok((await startsAt(quick, 1000)) > 0)
  assert.equal(await startsAt(await startEffectBroker(t), 1000), 0)
})

test('log.initial.task.delay.ms: periodic work begins after it', async t => {
  const quick = await startEffectBroker(t, { 'log.initial.task.delay.ms': '1000' })
  assert.ok((await startsAt(quick, 1000)) > 0)
  assert.equal(await startsAt(await startEffectBroker(t), 29_000), 0)
})

test('log.flush.scheduler.interval.ms: logs to flush are looked for so often', async t => {
  const flushed = async (value: string) => {
    const broker = await startEffectBroker(t, {
      'log.flush.scheduler.interval.ms': value,
      'log.flush.interval.ms': '10',
      'log.flush.offset.checkpoint.interval.ms': '3000',
    })
    const topic = await broker.topic()
    await topic.produce()
    for (let round = 0; round < 6; round++) {
      broker.clock.advance(1000)
      await settled()
    }
    return textOf(broker, 'recovery-point-offset-checkpoint').includes(`${topic.name} 0 1`)
  }
  assert.deepEqual([await flushed('1000'), await flushed('20000')], [true, false])
})

/** What a partition knows of a producer is forgotten: a sequence that would be out of order begins anew. */
async function isForgotten(broker: EffectBroker, afterMs: number): Promise<boolean> {
  const topic = await broker.topic()
  const producer = { producerId: 7, producerEpoch: 0 }
  assert.equal((await topic.produce({ ...producer, baseSequence: 0 })).errorCode, 0)
  broker.clock.advance(afterMs)
  await settled()
  return (await topic.produce({ ...producer, baseSequence: 5 })).errorCode === 0
}

test('producer.id.expiration.ms and producer.id.expiration.check.interval.ms: a silent producer is forgotten', async t => {
  const keys = ['producer.id.expiration.ms', 'producer.id.expiration.check.interval.ms']
  const both = Object.fromEntries(keys.map(key => [key, '1000']))
  assert.equal(await isForgotten(await startEffectBroker(t, both), 2000), true)
  for (const key of keys) {
    assert.equal(await isForgotten(await startEffectBroker(t, { [key]: '1000' }), 2000), false)
  }
})

/** Whether an overwritten record goes once the cleaner has had its time. */
async function isCompacted(broker: EffectBroker, topic?: EffectTopic): Promise<boolean> {
  const configs = { 'internal.segment.bytes': '300', 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' }
  const compacted = topic ?? (await broker.topic(configs))
  for (const value of ['old', 'new', 'last']) {
    await compacted.produce({ records: [{ key: 'key', value: value.repeat(45), timestamp: broker.clock.nowMs() }] })
  }
  for (let round = 0; round < 6; round++) {
    broker.clock.advance(2000)
    await settled()
  }
  return !(await compacted.fetch()).includes('old')
}

for (const [key, off, on] of [
  ['log.cleaner.enable', 'false', 'true'],
  ['log.cleaner.backoff.ms', '60000', '1000'],
  ['log.cleaner.io.max.bytes.per.second', '1', '1000000'],
] as const) {
  test(`${key}: logs are compacted, or not yet`, async t => {
    const backoff = { 'log.cleaner.backoff.ms': '1000' }
    assert.equal(await isCompacted(await startEffectBroker(t, { ...backoff, [key]: on })), true)
    const held = await startEffectBroker(t, { ...backoff, [key]: off })
    assert.equal(await isCompacted(held), false)
    await stopped(held)
  })
}

test('num.io.threads: so many requests have their records checked on other threads', async t => {
  let underWay = 0
  let most = 0
  const waiting: (() => void)[] = []
  const offload: Offload = {
    run: async <Result>() => {
      most = Math.max(most, ++underWay)
      await new Promise<void>(resolve => waiting.push(resolve))
      underWay--
      throw new Error('nothing is checked here') as Result
    },
  }
  const broker = await startEffectBroker(t, { 'num.io.threads': '2' }, () => ({ offload }))
  const produced: Promise<unknown>[] = []
  const value = Array.from({ length: 90_000 }, (_, index) => `${Math.imul(index, 0x9e3779b1) >>> 8}`).join(' ')
  for (let index = 0; index < 4; index++) {
    const topic = await broker.topic()
    produced.push(topic.produce({ codec: 'zstd', records: [{ value }] }).catch(() => undefined))
  }
  await eventually(() => waiting.length > 1, 'two')
  await settled()
  assert.equal(most, 2)
  assert.equal(
    (await alter({ client: await broker.broker.connect() }, BROKER, '1', { 'num.io.threads': '3' })).errorCode,
    0,
  )
  await eventually(async () => {
    waiting.shift()?.()
    await settled()
    return most === 3 || waiting.length === 0
  }, 'three')
  assert.equal(most, 3)
  while (waiting.length > 0) {
    waiting.shift()!()
    await settled()
  }
  await Promise.all(produced)
})

test('socket.send.buffer.bytes: with more than that unsent a connection starts no further request', async () => {
  const started = async (properties: Record<string, string>) => {
    const { connect, dispatcher } = await startHarness({ config: properties })
    const socket = connect()
    socket.takesBytes = false
    dispatcher.respond = () => ({ chunks: [Buffer.alloc(700)] })
    for (let id = 1; id <= 5; id++) {
      socket.send(sized(requestFrame({ apiKey: Metadata.key, correlationId: id, body: Buffer.alloc(0) })))
    }
    return dispatcher.seenIds.length
  }
  assert.deepEqual([await started({ 'socket.send.buffer.bytes': '1000' }), await started({})], [2, 5])
})

test('socket.receive.buffer.bytes: so much is taken from a connection at a time', async () => {
  const windowBytes = async (properties: Record<string, string>) =>
    (await startHarness({ config: properties })).connect().windowBytes
  assert.equal(await windowBytes({ 'socket.receive.buffer.bytes': '8192' }), 8192)
  assert.ok((await windowBytes({})) > 8192)
})

test('queued.max.request.bytes: with more than that unanswered no further request is read', async () => {
  const started = async (properties: Record<string, string>) => {
    const { connect, dispatcher } = await startHarness({ config: properties })
    for (let id = 1; id <= 5; id++) {
      connect().send(sized(requestFrame({ apiKey: Metadata.key, correlationId: id, body: Buffer.alloc(2000) })))
    }
    return dispatcher.seenIds.length
  }
  const bounded = { 'queued.max.request.bytes': '5000', 'socket.request.max.bytes': '5000' }
  assert.deepEqual([await started(bounded), await started({})], [3, 5])
})

test('metadata.log.dir: the metadata log lies there', async t => {
  const broker = await startEffectBroker(t)
  const directory = `${broker.broker.directory}/elsewhere`
  const other = await startEffectBroker(t, { 'metadata.log.dir': directory })
  assert.ok([...other.disk.files.keys()].some(path => path.startsWith(`${directory}/__cluster_metadata-0/`)))
})

test('listeners and listener.security.protocol.map: a listener is opened and closed while the broker runs', async t => {
  const broker = await startEffectBroker(t, { 'advertised.listeners': 'PLAINTEXT://127.0.0.1:9092' })
  const port = await freePort()
  const configs = {
    listeners: `PLAINTEXT://127.0.0.1:0,MORE://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,MORE:PLAINTEXT,CONTROLLER:PLAINTEXT',
  }
  assert.deepEqual(
    await alter(broker, BROKER, '1', configs).then(({ errorCode, errorMessage }) => [errorCode, errorMessage]),
    [0, null],
  )
  const connect = () => RawClient.connect(port).catch(() => undefined)
  let client: RawClient | undefined
  await eventually(async () => {
    client ??= await connect()
    return client !== undefined
  }, 'another listener')
  const request = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
  assert.equal((await client!.send(ApiVersions, 4, request)).errorCode, 0)
  const back = await alter(broker, BROKER, '1', { listeners: 'PLAINTEXT://127.0.0.1:0' })
  assert.deepEqual([back.errorCode, back.errorMessage], [0, null])
  await client!.closed
  assert.equal(await connect(), undefined)
})

test('listeners: one that cannot be opened is told in the log, as in Kafka, and keeps no other from opening', async t => {
  const broker = await startEffectBroker(t, { 'advertised.listeners': 'PLAINTEXT://127.0.0.1:9092' })
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const free = await freePort()
  const names = ['PLAINTEXT', 'TAKEN', 'UNKNOWN', 'FREE', 'CONTROLLER']
  const map = { 'listener.security.protocol.map': names.map(name => `${name}:PLAINTEXT`).join(',') }
  const addresses = ['127.0.0.1:0', `127.0.0.1:${port}`, 'no-such-host.invalid:5', `127.0.0.1:${free}`]
  const listeners = addresses.map((address, index) => `${names[index]}://${address}`)
  assert.equal((await alter(broker, BROKER, '1', { ...map, listeners: listeners.join(',') })).errorCode, 0)
  await eventually(async () => {
    const client = await RawClient.connect(free).catch(() => undefined)
    await client?.close()
    return client !== undefined
  }, 'the free one')
  const said = broker.broker.lines.filter(line => line.includes('Unable to start acceptor for '))
  assert.equal(said.length, 2)
  assert.match(said[0]!, /TAKEN: Cannot listen on TAKEN:\/\/127\.0\.0\.1:\d+: port \d+ is already in use/)
  assert.match(said[1]!, /UNKNOWN: Cannot listen on UNKNOWN:\/\/no-such-host\.invalid:5: the host/)

  // It is not tried again but by taking it away and naming it again.
  assert.equal((await alter(broker, BROKER, '1', { listeners: listeners[0]! })).errorCode, 0)
  taken.close()
  await once(taken, 'close')
  assert.equal((await alter(broker, BROKER, '1', { listeners: listeners.slice(0, 2).join(',') })).errorCode, 0)
  await eventually(async () => {
    const client = await RawClient.connect(port).catch(() => undefined)
    await client?.close()
    return client !== undefined
  }, 'the one that was taken')
})

test('listeners: one of another security protocol is refused', async t => {
  const broker = await startEffectBroker(t, { 'advertised.listeners': 'PLAINTEXT://127.0.0.1:9092' })
  const configs = {
    listeners: 'PLAINTEXT://127.0.0.1:0,SECURE://127.0.0.1:0',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SECURE:SSL,CONTROLLER:PLAINTEXT',
  }
  const { errorCode, errorMessage } = await alter(broker, BROKER, '1', configs)
  assert.equal(errorCode, ErrorCode.INVALID_REQUEST)
  assert.match(errorMessage ?? '', /SECURE is of security protocol SSL, and Ottla speaks PLAINTEXT only$/)
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
