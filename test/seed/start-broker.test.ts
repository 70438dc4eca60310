import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { askCoordinator } from '../../src/client/groups.ts'
import type { KafkaClient } from '../../src/client/kafka-client.ts'
import { TopicProducer } from '../../src/client/producer.ts'
import { type Broker, type Seed, startBroker } from '../../src/index.ts'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { OffsetCommit } from '../../src/protocol/apis/offset-commit.ts'
import { committedBy, contentsOf, withClient } from './cluster-contents.ts'

interface Home {
  readonly directory: string
  /** Starts a broker that keeps its data here; only one at a time. */
  start(seed?: Seed | string): Promise<{ broker: Broker; said: string[] }>
}

/** A directory for a broker that comes again, and for its seed. */
async function home(t: TestContext): Promise<Home> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-seed-'))
  let broker: Broker | undefined
  t.after(async () => {
    await broker?.stop()
    await rm(directory, { recursive: true, force: true })
  })
  return {
    directory,
    async start(seed) {
      await broker?.stop()
      const lines: string[] = []
      broker = await startBroker({
        dataDirectory: join(directory, 'data'),
        config: { 'offsets.topic.num.partitions': 1 },
        log: line => lines.push(line),
        ...(seed === undefined ? {} : { seed }),
      })
      const said = lines.flatMap(line => /(?:INFO|WARN) (Seed .+) \(ottla\.Seed\)$/.exec(line)?.[1] ?? [])
      return { broker, said: said.map(line => line.replace(/in \d+ ms/, 'in … ms')) }
    },
  }
}

const seed: Seed = {
  topics: [
    'clicks',
    {
      name: 'orders',
      partitions: 2,
      configs: { 'cleanup.policy': ['compact', 'delete'], 'retention.ms': 86_400_000 },
      records: [
        { partition: 0, key: 'a', value: { total: 9.5, open: true }, headers: { trace: 'x', none: null } },
        { partition: 0, key: Uint8Array.of(65), value: null },
        { partition: 1, keyBase64: 'Yg==', value: 'text', timestamp: '-1h' },
      ],
    },
  ],
  groups: [{ id: 'billing', offsets: [{ topic: 'orders', partition: 0, offset: 1 }] }],
  brokers: [{ configs: { 'message.max.bytes': 2_000_000 } }],
}

test('a broker holds what its seed says when it has started, and no more after a restart', async t => {
  const { start } = await home(t)
  const expected = {
    clicks: [[]],
    orders: [
      [
        ['a', '{"total":9.5,"open":true}', 'trace=x', 'none=null'],
        ['A', null],
      ],
      [['b', 'text']],
    ],
  }
  const first = await start(seed)
  assert.deepEqual(first.said, [
    'Seed seed applied in … ms: 2 topics created, 1 configuration altered, 3 records appended, 1 offset committed',
  ])
  assert.deepEqual(await contentsOf(first.broker.port), expected)
  assert.deepEqual(await committedBy(first.broker.port, 'billing'), { 'orders-0': 1 })

  const second = await start(seed)
  assert.deepEqual(second.said, ['Seed seed applied in … ms: nothing was missing'])
  assert.deepEqual(await contentsOf(second.broker.port), expected)
  assert.deepEqual(await committedBy(second.broker.port, 'billing'), { 'orders-0': 1 })
})

test('a seed that has grown is applied again: more partitions, more records, other configurations', async t => {
  const { start } = await home(t)
  const record = (value: number) => ({ partition: 0, value })
  await start({ topics: [{ name: 't', records: [record(1), record(2)] }] })
  const grown = { name: 't', partitions: 3, configs: { 'retention.ms': 600_000 }, records: [1, 2, 3].map(record) }
  const { broker, said } = await start({ topics: [grown] })
  assert.deepEqual(said, [
    'Seed seed applied in … ms: 1 topic given more partitions, 1 configuration altered, 1 record appended',
  ])
  assert.deepEqual(await contentsOf(broker.port), { t: [[1, 2, 3].map(value => [null, `${value}`]), [], []] })
  assert.deepEqual((await start({ topics: [grown] })).said, ['Seed seed applied in … ms: nothing was missing'])
})

test('records of somebody else are left alone, and one line says so', async t => {
  const { start } = await home(t)
  await start({ topics: [{ name: 't', records: [{ value: 'mine' }] }] })
  const { broker, said } = await start({ topics: [{ name: 't', records: [{ value: 'yours' }, { value: 'too' }] }] })
  assert.deepEqual(said, [
    "Seed seed: partition t-0 is left as it is, since it holds other records than the first of the seed's",
    'Seed seed applied in … ms: nothing was missing',
  ])
  assert.deepEqual(await contentsOf(broker.port), { t: [[[null, 'mine']]] })
})

test('what was appended and committed since is not taken back', async t => {
  const { start } = await home(t)
  const { broker } = await start(seed)
  await withClient(broker.port, async client => {
    await commit(client, 'billing', { topic: 'orders', partition: 0, offset: 2 })
    const producer = new TopicProducer(
      client,
      'orders',
      { acks: -1, timeoutMs: 5000, compressionType: 0, batchBytesMax: 1000 },
      nodePorts(() => {}, 'FATAL'),
    )
    await producer.send([{ key: Uint8Array.of(67), value: Uint8Array.of(68), partition: 1 }])
  })
  const again = await start(seed)
  assert.deepEqual(again.said, ['Seed seed applied in … ms: nothing was missing'])
  assert.deepEqual(await committedBy(again.broker.port, 'billing'), { 'orders-0': 2 })
  assert.deepEqual((await contentsOf(again.broker.port))['orders']![1], [
    ['b', 'text'],
    ['C', 'D'],
  ])
})

async function commit(client: KafkaClient, groupId: string, at: { topic: string; partition: number; offset: number }) {
  const { topics } = await askCoordinator(client, groupId, coordinator =>
    coordinator.send(
      OffsetCommit,
      {
        ...{ groupId, memberId: '' },
        topics: [
          {
            name: at.topic,
            partitions: [{ partitionIndex: at.partition, committedOffset: BigInt(at.offset), committedMetadata: '' }],
          },
        ],
      },
      9,
    ),
  )
  assert.equal(topics[0]!.partitions[0]!.errorCode, 0)
}

const refusals: readonly { readonly name: string; readonly yaml: string; readonly says: RegExp }[] = [
  {
    name: 'a configuration',
    yaml: 'topics:\n  - name: fine\n  - name: t\n    configs:\n      segment.ms: 1000\n      retention.ms: soon\n',
    says: /seed\.yaml:6: topics\[1\]\.configs\.retention\.ms: Invalid value soon for configuration retention\.ms/,
  },
  {
    name: 'a configuration of brokers',
    yaml: 'brokers:\n  - configs:\n      num.io.threads: 9\n      message.max.bytes: big\n',
    says: /seed\.yaml:4: brokers\[0\]\.configs\.message\.max\.bytes: Invalid value big/,
  },
  {
    name: 'more replicas than there are brokers',
    yaml: 'topics:\n  - fine\n  - name: t\n    replicationFactor: 3\n',
    says: /seed\.yaml:3: topics\[1\]: Unable to replicate the partition 3 time\(s\)/,
  },
  {
    name: 'a record without a key for a topic that is compacted',
    yaml: `topics:
  - name: t
    configs: { cleanup.policy: compact }
    records:
      - { key: a, value: 1 }
      - { value: 2 }
`,
    says: /seed\.yaml:6: topics\[0\]\.records\[1\]: Compacted topic cannot accept message without key/,
  },
  {
    name: 'a record that is too large',
    yaml: `topics:
  - name: t
    configs: { max.message.bytes: 200 }
    records: [{ value: a }, { value: b }, { value: ${'x'.repeat(300)} }]
`,
    says: /seed\.yaml:4: topics\[0\]\.records\[2\]: The request included a message larger than/,
  },
  {
    name: 'a partition that there is not',
    yaml: 'topics:\n  - name: t\n    partitions: 2\n    records:\n      - { value: 1, partition: 2 }\n',
    says: /seed\.yaml:5: topics\[0\]\.records\[0\]\.partition: topic 't' has partitions 0 to 1$/,
  },
  {
    name: 'offsets in a topic that there is not',
    yaml: 'topics: [t]\ngroups:\n  - id: g\n    offsets: [{ topic: u, offset: 0 }, { topic: t, partition: 1, offset: 0 }]\n',
    says: /seed\.yaml:4: groups\[0\]\.offsets\[0\]\.topic: there is no topic 'u'\n.*seed\.yaml:4: groups\[0\]\.offsets\[1\]\.partition: topic 't' has one partition, 0$/,
  },
]

for (const { name, yaml, says } of refusals) {
  test(`${name}: the start fails naming line and field, and leaves no topic half filled`, async t => {
    const { directory, start } = await home(t)
    const path = join(directory, 'seed.yaml')
    await writeFile(path, yaml)
    await assert.rejects(start(path), error => {
      assert.match((error as Error).message, says)
      return true
    })
    const { broker } = await start()
    assert.deepEqual(Object.values(await contentsOf(broker.port)).flat(2), [])
  })
}
