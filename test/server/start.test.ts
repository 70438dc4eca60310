import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { startServer } from '../../src/server.ts'
import { StartupError } from '../../src/startup-error.ts'
import { startTestBroker } from '../support/test-broker.ts'

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
