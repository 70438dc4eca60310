import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AlterReplicaLogDirs } from '../../src/protocol/apis/alter-replica-log-dirs.ts'
import { DescribeLogDirs } from '../../src/protocol/apis/describe-log-dirs.ts'
import { IncrementalAlterConfigs } from '../../src/protocol/apis/incremental-alter-configs.ts'
import { temporaryDirectory } from '../support/java.ts'
import { JavaTools } from '../support/java-tools.ts'
import { type KafkaNode, startKafka } from '../support/kafka-node.ts'
import { startOttla } from '../support/ottla-node.ts'
import { RawClient } from '../support/raw-client.ts'
import { skipWithout } from '../support/require.ts'

const lineLength = 20_000
const lines = Array.from({ length: 300 }, (_, index) => `${index}`.padStart(lineLength, '.'))

describe('Ottla and Kafka take turns on two log directories between which a partition moves', {
  skip: skipWithout('java'),
}, () => {
  let tools: JavaTools

  before(async () => {
    tools = await JavaTools.start()
  })

  after(() => tools?.stop())

  async function run(node: KafkaNode, tool: string, args: readonly string[], input?: string): Promise<string> {
    const all = ['--bootstrap-server', node.bootstrapServers, ...args]
    const { code, stdout, stderr } = await tools.run(tool, all, input)
    assert.equal(code, 0, stderr)
    return stdout
  }

  const write = (node: KafkaNode, values: readonly string[]) =>
    run(node, 'ConsoleProducer', ['--topic', 't'], `${values.join('\n')}\n`)

  async function assertHolds(node: KafkaNode, values: readonly string[]): Promise<void> {
    const args = ['--topic', 't', '--from-beginning', '--max-messages', `${values.length}`, '--timeout-ms', '20000']
    const found = (await run(node, 'consumer.ConsoleConsumer', args)).split('\n').filter(line => line !== '')
    assert.equal(found.length, values.length)
    assert.ok(found.every((line, index) => line === values[index]))
  }

  /** As kafka-log-dirs tells it: where the partition is, and where its copy. */
  async function placesOf(node: KafkaNode): Promise<{ logDir: string; isFuture: boolean; size: number }[]> {
    const output = await run(node, 'LogDirsCommand', ['--describe', '--topic-list', 't'])
    const json = output.split('\n').find(line => line.startsWith('{')) ?? '{}'
    const { brokers } = JSON.parse(json) as Described
    return brokers.flatMap(({ logDirs }) =>
      logDirs.flatMap(({ logDir, partitions }) => partitions.map(({ isFuture, size }) => ({ logDir, isFuture, size }))),
    )
  }

  async function withTwoDirs(play: (start: Starts, dirs: readonly [string, string]) => Promise<void>): Promise<void> {
    const { path, remove } = await temporaryDirectory('dirs')
    const dirs = [join(path, 'a'), join(path, 'b')] as const
    for (const dir of dirs) mkdirSync(dir)
    const properties = {
      'log.dirs': dirs.join(','),
      'log.retention.ms': '-1',
      // Kafka waits that long for the broker that was killed.
      'broker.session.timeout.ms': '1000',
      'broker.heartbeat.interval.ms': '200',
    }
    const options = { directory: dirs[0], properties }
    const nodes: KafkaNode[] = []
    const start = (by: typeof startOttla) => async () => {
      const node = await by({ ...options, ...(nodes[0] && { clusterId: nodes[0].clusterId }) })
      nodes.push(node)
      return node
    }
    try {
      await play({ ottla: start(startOttla), kafka: start(startKafka) }, dirs)
      const strays = dirs.flatMap(dir => readdirSync(dir)).filter(name => name.includes('-stray'))
      assert.deepEqual(strays, [])
    } finally {
      for (const node of nodes) await node.stop().catch(() => undefined)
      remove()
    }
  }

  for (const [first, second] of [
    ['ottla', 'kafka'],
    ['kafka', 'ottla'],
  ] as const) {
    test(`a move that ${first} was killed in goes on under ${second}`, async () => {
      await withTwoDirs(async (starts, dirs) => {
        const node = await starts[first]()
        await run(node, 'TopicCommand', ['--create', '--topic', 't'])
        await write(node, lines)
        const [{ logDir: from } = { logDir: '' }] = await placesOf(node)
        const to = dirs.find(dir => dir !== from) ?? ''
        await throttle(node, '1000')
        assert.equal(await move(node, to), 0)
        const during = await placesOf(node)
        assert.deepEqual(
          during.filter(({ isFuture }) => isFuture).map(({ logDir }) => logDir),
          [to],
        )
        await node.kill()

        const other = await starts[second]()
        await assertHolds(other, lines)
        const copy = (await placesOf(other)).find(({ isFuture }) => isFuture)
        assert.equal(copy?.logDir, to)
        await write(other, ['one more'])
        await throttle(other, '1000000000')
        await untilMoved(other, to)
        await assertHolds(other, [...lines, 'one more'])
        await other.kill()

        const again = await starts[first]()
        await assertHolds(again, [...lines, 'one more'])
        assert.deepEqual(
          (await placesOf(again)).map(({ logDir, isFuture }) => [logDir, isFuture]),
          [[to, false]],
        )
        await again.stop()
      })
    })
  }

  /** What the two renames leave when the process ends before, between or after them. */
  for (const [what, isOldThere, isRenamed] of [
    ['before either rename', true, false],
    ['between the renames', false, false],
    ['after both', false, true],
  ] as const) {
    test(`Kafka takes over where Ottla was killed ${what}`, async () => {
      await withTwoDirs(async (starts, dirs) => {
        const ottla = await starts.ottla()
        await run(ottla, 'TopicCommand', ['--create', '--topic', 't'])
        await write(ottla, lines)
        const [{ logDir: from } = { logDir: '' }] = await placesOf(ottla)
        const to = dirs.find(dir => dir !== from) ?? ''
        assert.equal(await move(ottla, to), 0)
        await untilMoved(ottla, to)
        // It is served from there before its directory has its name.
        while (!existsSync(join(to, 't-0'))) await placesOf(ottla)
        await ottla.kill()
        const doomed = readdirSync(from).find(name => name.endsWith('-delete')) ?? ''
        if (isOldThere) renameSync(join(from, doomed), join(from, 't-0'))
        if (!isRenamed) renameSync(join(to, 't-0'), join(to, doomed.replace('-delete', '-future')))

        const kafka = await starts.kafka()
        await assertHolds(kafka, lines)
        assert.deepEqual(
          (await placesOf(kafka)).map(({ logDir, isFuture }) => [logDir, isFuture]),
          [[to, false]],
        )
        await write(kafka, ['one more'])
        await kafka.stop()
        const again = await starts.ottla()
        await assertHolds(again, [...lines, 'one more'])
        await again.stop()
      })
    })
  }
})

interface Starts {
  readonly ottla: () => Promise<KafkaNode>
  readonly kafka: () => Promise<KafkaNode>
}

interface Described {
  readonly brokers: readonly {
    readonly logDirs: readonly {
      readonly logDir: string
      readonly partitions: readonly { readonly partition: string; readonly size: number; readonly isFuture: boolean }[]
    }[]
  }[]
}

async function withClient<Result>(node: KafkaNode, ask: (client: RawClient) => Promise<Result>): Promise<Result> {
  const client = await RawClient.connect(node.port, { host: 'localhost' })
  try {
    return await ask(client)
  } finally {
    await client.close()
  }
}

function move(node: KafkaNode, path: string): Promise<number | undefined> {
  return withClient(node, async client => {
    const dirs = [{ path, topics: [{ name: 't', partitions: [0] }] }]
    const { results } = await client.send(AlterReplicaLogDirs, 2, { dirs })
    return results[0]?.partitions[0]?.errorCode
  })
}

async function throttle(node: KafkaNode, value: string): Promise<void> {
  await withClient(node, async client => {
    const name = 'replica.alter.log.dirs.io.max.bytes.per.second'
    const resource = { resourceType: 4, resourceName: '1', configs: [{ name, configOperation: 0, value }] }
    const answer = await client.send(IncrementalAlterConfigs, 1, { resources: [resource], validateOnly: false })
    assert.equal(answer.responses[0]?.errorCode, 0)
  })
}

async function untilMoved(node: KafkaNode, logDir: string): Promise<void> {
  await withClient(node, async client => {
    for (;;) {
      const { results } = await client.send(DescribeLogDirs, 4, { topics: [{ topic: 't', partitions: [0] }] })
      const found = results.filter(({ topics }) => topics.length > 0)
      if (found.length === 1 && found[0]?.logDir === logDir) return
    }
  })
}
