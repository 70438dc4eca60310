import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DescribeCluster } from '../../src/protocol/apis/describe-cluster.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
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
