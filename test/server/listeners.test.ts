import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { DescribeCluster } from '../../src/protocol/apis/describe-cluster.ts'
import { FindCoordinator } from '../../src/protocol/apis/find-coordinator.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestBroker } from '../support/test-broker.ts'

test('Metadata and DescribeCluster name the endpoint of the listener they were asked on', async t => {
  const broker = await startTestBroker(t, {
    listeners: 'INSIDE://127.0.0.1:0,OUTSIDE://127.0.0.1:0',
    'advertised.listeners': 'INSIDE://127.0.0.1:0,OUTSIDE://broker.example:443',
    'listener.security.protocol.map': 'INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT',
    'inter.broker.listener.name': 'INSIDE',
  })
  const [inside, outside] = broker.server.listeners
  const expected = [
    { port: inside!.port, endpoint: { host: '127.0.0.1', port: inside!.port } },
    { port: outside!.port, endpoint: { host: 'broker.example', port: 443 } },
  ]
  for (const { port, endpoint } of expected) {
    const client = await RawClient.connect(port)
    t.after(() => client.socket.destroy())
    const answers = [
      await client.send(Metadata, 0, { topics: [] }),
      await client.send(Metadata, 13, { topics: [] }),
      await client.send(DescribeCluster, 2, { includeClusterAuthorizedOperations: false }),
    ]
    for (const { brokers } of answers) {
      assert.deepEqual(
        brokers.map(({ host, port }) => ({ host, port })),
        [endpoint],
      )
    }
  }
})

test('a listener on every interface tells each client the address it came by, through every API that tells one', async t => {
  const broker = await startTestBroker(t, { listeners: 'PLAINTEXT://0.0.0.0:0', 'offsets.topic.num.partitions': '1' })
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    const client = await RawClient.connect(broker.port, { host })
    t.after(() => client.socket.destroy())
    const { brokers } = await client.send(Metadata, 13, { topics: [] })
    const described = await client.send(DescribeCluster, 2, { includeClusterAuthorizedOperations: false })
    for (const answer of [...brokers, ...described.brokers]) {
      assert.deepEqual({ host: answer.host, port: answer.port }, { host, port: broker.port })
    }
    let coordinator = await client.send(FindCoordinator, 3, { key: 'g' })
    while (coordinator.errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE) {
      coordinator = await client.send(FindCoordinator, 3, { key: 'g' })
    }
    assert.deepEqual({ host: coordinator.host, port: coordinator.port }, { host, port: broker.port })
  }
  assert.deepEqual(broker.lines, [])
})

test('a client that is told an address which nobody has finds a line about it in the log, once', async t => {
  const advertised = { 'advertised.listeners': 'PLAINTEXT://broker.invalid:9092' }
  const { promise: warned, resolve } = Promise.withResolvers<string>()
  const ports = nodePorts(line => line.includes('broker.invalid') && resolve(line), 'WARN')
  const surroundings = {
    isContainer: false,
    placeOf: () => 'here' as const,
    lookUp: async () => [],
  }
  const broker = await startTestBroker(t, advertised, { loggers: ports.loggers }, { surroundings })
  const client = await broker.connect({ clientId: 'lost' })
  await client.send(Metadata, 13, { topics: [] })
  const line = await warned
  assert.match(
    line,
    / WARN Client lost at 127\.0\.0\.1 .* was told to go on at broker\.invalid:9092, a name that is not known there: /,
  )
  assert.match(line, new RegExp(`such as PLAINTEXT://localhost:${broker.port}\\.`))
})
