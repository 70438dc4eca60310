import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodePorts } from '../../src/platform/node-ports.ts'
import type { Transport } from '../../src/ports.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { startServer } from '../../src/server.ts'
import { RawClient } from '../support/raw-client.ts'

/** What Testcontainers and scripts wait for, in the words of Kafka's own log. */
const awaited: readonly RegExp[] = [
  /^\[[-\d]{10} [:\d]{8},\d{3}\] INFO \[BrokerLifecycleManager id=7\] The broker has been unfenced\. Transitioning from RECOVERY to RUNNING\. \(org\.apache\.kafka\.server\.BrokerLifecycleManager\)$/,
  /^\[.{23}\] INFO \[KafkaServer id=7\] started \(kafka\.server\.KafkaServer\)$/,
  /^\[.{23}\] INFO \[KafkaRaftServer nodeId=7\] Kafka Server started \(kafka\.server\.KafkaRaftServer\)$/,
]

test('what others wait for is logged last: after every port is open, and when Metadata is served on each', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  const fixed = [await freePort(), await freePort()] as const
  const events: string[] = []
  const asked: Promise<number[]>[] = []
  const ask = async (port: number) => {
    const client = await RawClient.connect(port)
    const { brokers } = await client.send(Metadata, 12, { topics: null })
    await client.close()
    return brokers.map(({ nodeId }) => nodeId)
  }
  const ports = nodePorts(line => {
    // Whoever sees the first of the lines may ask at once.
    if (awaited[0]!.test(line)) asked.push(...fixed.map(ask))
    events.push(line)
  })
  const transport: Transport = {
    connect: (...connection) => ports.transport.connect(...connection),
    async listen(options, accept) {
      const server = await ports.transport.listen(options, accept)
      events.push(`open: ${server.port}`)
      return server
    },
  }
  const server = await startServer({
    properties: new Map([
      ['log.dirs', directory],
      ['node.id', '7'],
      ['listeners', `INSIDE://127.0.0.1:${fixed[0]},OUTSIDE://127.0.0.1:${fixed[1]}`],
      ['listener.security.protocol.map', 'INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT'],
      ['inter.broker.listener.name', 'INSIDE'],
    ]),
    hostName: 'localhost',
    memoryBudgetBytes: 64 * 1024 * 1024,
    ports: { ...ports, transport },
  })
  t.after(async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const last = events.slice(-awaited.length)
  for (const [index, pattern] of awaited.entries()) assert.match(last[index]!, pattern)
  const opened = events.filter(event => event.startsWith('open: '))
  assert.deepEqual(opened, [`open: ${fixed[0]}`, `open: ${fixed[1]}`])
  const firstOpen = events.indexOf(opened[0]!)
  const meanwhile = events.slice(firstOpen, -awaited.length).filter(event => !event.startsWith('open: '))
  assert.ok(
    meanwhile.every(line => line.includes('Awaiting socket connections')),
    meanwhile.join('\n'),
  )
  assert.deepEqual(await Promise.all(asked), [[7], [7]])
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
