import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { KafkaClient } from '../../src/client/kafka-client.ts'
import { listOffsets } from '../../src/client/list-offsets.ts'
import { TopicProducer } from '../../src/client/producer.ts'
import { nodePorts } from '../../src/platform/node-ports.ts'
import type { Transport } from '../../src/ports.ts'
import { CreateTopics } from '../../src/protocol/apis/create-topics.ts'
import { startServer } from '../../src/server.ts'
import type { RunningServer } from '../../src/server-options.ts'
import { RawClient } from '../support/raw-client.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

async function start(
  t: TestContext,
  prepare: (client: KafkaClient, ports: ReturnType<typeof nodePorts>) => Promise<void>,
) {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  let server: RunningServer | undefined
  t.after(async () => {
    await server?.stop()
    await rm(directory, { recursive: true, force: true })
  })
  const opened: number[] = []
  const ports = nodePorts(() => {})
  const transport: Transport = {
    connect: () => Promise.reject(new Error('nothing is to be connected to')),
    async listen(options, accept) {
      const server = await ports.transport.listen(options, accept)
      opened.push(server.port)
      return server
    },
  }
  const probe = await ports.transport.listen({ host: '127.0.0.1', port: 0, backlogSize: 1 }, () => undefined)
  await probe.close()
  server = await startServer({
    properties: new Map([
      ['log.dirs', directory],
      ['listeners', `PLAINTEXT://127.0.0.1:${probe.port}`],
    ]),
    hostName: 'localhost',
    memoryBudgetBytes: 64 * 1024 * 1024,
    ports: { ...ports, transport },
    async prepare(inProcess) {
      assert.deepEqual(opened, [])
      const client = new KafkaClient(inProcess, ports.clock, {
        bootstrapServers: [{ host: 'nowhere', port: 1 }],
        clientId: 'test',
        requestTimeoutMs: 5000,
        apiTimeoutMs: 5000,
      })
      try {
        await prepare(client, ports)
      } finally {
        await client.close()
      }
    },
  })
  return server
}

test('a client in the same process is served by the node before it listens, and leads no connection out', async t => {
  const server = await start(t, async (client, ports) => {
    const created = await client.ask(CreateTopics, {
      topics: [{ name: 'early', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 5000,
    })
    assert.equal(created.topics[0]!.errorCode, 0)
    const producer = new TopicProducer(
      client,
      'early',
      { acks: -1, timeoutMs: 5000, compressionType: 0, batchBytesMax: 1_000_000 },
      ports,
    )
    // More than one read of the client's buffer, answered in order.
    const records = Array.from({ length: 500 }, (_, index) => ({ key: utf8(`${index}`), value: new Uint8Array(1000) }))
    assert.deepEqual(await producer.send(records), [])
    const ends = await listOffsets(
      client,
      [0, 1].map(partition => ({ topic: 'early', partition, timestamp: -1 })),
    )
    assert.equal(
      [...ends.values()].reduce<number>((sum, end) => sum + Number(end), 0),
      500,
    )
  })
  const client = await RawClient.connect(server.listeners[0]!.port)
  t.after(() => client.close())
})

test('what goes wrong before the node listens ends the start, and leaves the directory free', async t => {
  let attempts = 0
  await assert.rejects(
    start(t, async () => {
      attempts++
      throw new TypeError('not this one')
    }),
    /not this one/,
  )
  assert.equal(attempts, 1)
})
