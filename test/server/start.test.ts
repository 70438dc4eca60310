import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AssertionError } from '../../src/assertion.ts'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { Fetch } from '../../src/protocol/apis/fetch.ts'
import { startServer } from '../../src/server.ts'
import { StartupError } from '../../src/startup-error.ts'
import { RawClient } from '../support/raw-client.ts'
import { createTopic, startTestBroker } from '../support/test-broker.ts'

const start = (directory: string, more: Record<string, string> = {}) =>
  startServer({
    properties: new Map(Object.entries({ 'log.dirs': directory, listeners: 'PLAINTEXT://127.0.0.1:0', ...more })),
    hostName: 'localhost',
    memoryBudgetBytes: 16 * 1024 * 1024,
    ports: nodePorts(() => {}, 'WARN'),
  })

test('a directory belongs to one broker at a time', async t => {
  const broker = await startTestBroker(t)
  await assert.rejects(
    start(broker.directory),
    (error: Error) => error instanceof StartupError && error.message.includes(broker.directory),
  )
  await broker.restart()
})

test('a start that fails leaves nothing behind: the next one succeeds in the same directory', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const broker = await startTestBroker(t)
  await assert.rejects(start(directory, { listeners: `PLAINTEXT://127.0.0.1:${broker.port}` }), StartupError)
  await assert.rejects(start(directory, { 'num.partitions': 'many' }), StartupError)
  const server = await start(directory)
  await server.stop()
  await server.closed
})

test('stopping twice is stopping once, and clients are sent away', async t => {
  const broker = await startTestBroker(t)
  const client = await broker.connect()
  await Promise.all([broker.server.stop(), broker.server.stop()])
  await client.closed
  await broker.server.closed
})

test('cluster id and topics are found again', async t => {
  const broker = await startTestBroker(t)
  const { clusterId } = broker.server
  const { id } = await broker.createTopic('t')
  await broker.restart()
  assert.equal(broker.server.clusterId, clusterId)
  await broker.deleteTopic('t')
  assert.notEqual((await broker.createTopic('t')).id, id)
})

test('many brokers live in one process', async t => {
  const brokers = await Promise.all([1, 2, 3, 4].map(() => startTestBroker(t)))
  assert.equal(new Set(brokers.map(({ port }) => port)).size, 4)
  assert.equal(new Set(brokers.map(({ server }) => server.clusterId)).size, 4)
})

test('a bug ends the broker and no other: its clients are sent away, and `closed` tells', async t => {
  const bystander = await startTestBroker(t)
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const ports = nodePorts(() => {}, 'FATAL')
  const bug = new AssertionError('two sessions of one id')
  let isBroken = false
  const random = {
    bytes: (length: number) => ports.random.bytes(length),
    uint32() {
      if (isBroken) throw bug
      return ports.random.uint32()
    },
  }
  const server = await startServer({
    properties: new Map(Object.entries({ 'log.dirs': directory, listeners: 'PLAINTEXT://127.0.0.1:0' })),
    hostName: 'localhost',
    memoryBudgetBytes: 16 * 1024 * 1024,
    ports: { ...ports, random },
  })
  const client = await RawClient.connect(server.listeners[0]?.port ?? 0)
  await createTopic(client, 't')
  isBroken = true
  const topics = [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 }] }]
  // A first fetch asks for a session, whose id is drawn.
  client.sendOnly(Fetch, 12, { maxWaitMs: 0, minBytes: 0, sessionEpoch: 0, topics, forgottenTopicsData: [] })
  await assert.rejects(server.closed, bug)
  await client.closed
  await bystander.createTopic('t')
  assert.equal(existsSync(join(directory, '.kafka_cleanshutdown')), false)
})
