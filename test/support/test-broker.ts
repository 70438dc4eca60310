import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { CreateTopics } from '../../src/protocol/apis/create-topics.ts'
import { DeleteTopics } from '../../src/protocol/apis/delete-topics.ts'
import { type Uuid, ZERO_UUID } from '../../src/protocol/uuid.ts'
import { startServer } from '../../src/server.ts'
import type { RunningServer, ServerOptions, ServerPorts } from '../../src/server-options.ts'
import { RawClient } from './raw-client.ts'

export interface TestTopic {
  readonly partitions?: number
  readonly configs?: Readonly<Record<string, string>>
  readonly clientId?: string
}

/** A broker in this process, on a free port and in a directory of its own; gone when the test ends. */
export interface TestBroker {
  readonly port: number
  readonly directory: string
  readonly server: RunningServer
  /** What it has logged, from WARN on. */
  readonly lines: readonly string[]
  /** A connection that is closed with the broker. */
  connect(options?: { readonly clientId?: string }): Promise<RawClient>
  createTopic(name: string, topic?: TestTopic): Promise<{ name: string; id: Uuid }>
  deleteTopic(name: string): Promise<void>
  /** Stops and starts in the same directory, on another port; `meanwhile` is called in between. */
  restart(meanwhile?: () => void): Promise<void>
}

/**
 * `properties` are Kafka's keys; those a test does not set are what a node without configuration has. `prepare` is
 * called with its directory, which is empty, before the first start.
 */
export async function startTestBroker(
  t: TestContext,
  properties: Readonly<Record<string, string>> = {},
  ports: Partial<ServerPorts> = {},
  options: Pick<ServerOptions, 'surroundings'> = {},
  prepare: (directory: string) => Promise<void> = async () => {},
): Promise<TestBroker> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  await prepare(directory)
  const clients: RawClient[] = []
  const lines: string[] = []
  const start = () =>
    startServer({
      properties: new Map(
        Object.entries({
          'log.dirs': directory,
          listeners: 'PLAINTEXT://127.0.0.1:0',
          'group.initial.rebalance.delay.ms': '0',
          ...properties,
        }),
      ),
      hostName: 'localhost',
      memoryBudgetBytes: 64 * 1024 * 1024,
      ...options,
      ports: { ...nodePorts(line => lines.push(line), 'WARN'), ...ports },
    })
  let server = await start()
  const broker: TestBroker = {
    directory,
    lines,
    get server() {
      return server
    },
    get port() {
      return server.listeners[0]?.port ?? 0
    },
    async connect(options) {
      const client = await RawClient.connect(broker.port, options)
      clients.push(client)
      return client
    },
    async createTopic(name, topic = {}) {
      const client = await broker.connect(topic.clientId === undefined ? {} : { clientId: topic.clientId })
      const created = await createTopic(client, name, topic)
      await client.close()
      return created
    },
    async deleteTopic(name) {
      const client = await broker.connect()
      const response = await client.send(DeleteTopics, 6, { topics: [{ name, topicId: ZERO_UUID }], timeoutMs: 10_000 })
      await client.close()
      assert.equal(response.responses[0]?.errorCode, 0)
    },
    async restart(meanwhile = () => {}) {
      await server.stop()
      meanwhile()
      server = await start()
    },
  }
  t.after(async () => {
    for (const client of clients) await client.close()
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })
  return broker
}

export async function createTopic(
  client: RawClient,
  name: string,
  topic: TestTopic = {},
): Promise<{ name: string; id: Uuid }> {
  const response = await client.send(CreateTopics, 7, {
    topics: [
      {
        name,
        numPartitions: topic.partitions ?? 1,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(topic.configs ?? {}).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 10_000,
  })
  const [created] = response.topics
  assert.equal(created?.errorCode, 0, created?.errorMessage ?? '')
  return { name, id: created?.topicId ?? ZERO_UUID }
}
