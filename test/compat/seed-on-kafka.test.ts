import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { committedOffsets } from '../../src/client/groups.ts'
import { KafkaClient } from '../../src/client/kafka-client.ts'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { applySeed, type SeedReport } from '../../src/seed/apply-seed.ts'
import { loadSeedValue } from '../../src/seed/load-seed.ts'
import { contentsSeenBy } from '../seed/cluster-contents.ts'
import { seedDisk } from '../seed/seed-disk.ts'
import { type KafkaNode, startKafka } from '../support/kafka-node.ts'
import { startOttla } from '../support/ottla-node.ts'
import { skipWithout } from '../support/require.ts'

const ports = nodePorts(() => {}, 'FATAL')

const orders = {
  name: 'orders',
  partitions: 2,
  configs: { 'cleanup.policy': ['compact', 'delete'], 'max.message.bytes': 300 },
  records: Array.from({ length: 40 }, (_, index) => ({ key: `k${index}`, value: { index }, headers: { index } })),
}

const seed = {
  brokers: [{ configs: { 'message.max.bytes': 2_000_000 } }],
  topics: ['empty', orders],
  groups: [{ id: 'billing', offsets: [{ topic: 'orders', offset: 'latest' }] }],
}

const grown = {
  topics: [
    { ...orders, partitions: 3, records: [] },
    { name: 'empty', records: [{ value: 'more' }] },
  ],
}

/** Seeds, one after the other: each changes something, is not right, or has been applied. */
const seeds: readonly unknown[] = [
  seed,
  seed,
  grown,
  grown,
  { topics: [{ name: 'new', configs: { 'retention.ms': 'soon' } }] },
  { topics: [{ name: 'new', replicationFactor: 3 }] },
  {
    topics: [{ name: 'new', configs: { 'cleanup.policy': 'compact' }, records: [{ key: 1, value: 1 }, { value: 2 }] }],
  },
  { topics: [{ name: 'new', configs: { 'max.message.bytes': 200 }, records: [{ value: 'x'.repeat(300) }] }] },
  { brokers: [{ configs: { 'message.max.bytes': 'big' } }] },
  { groups: [{ id: 'billing', configs: { 'consumer.session.timeout.ms': 1 } }] },
  { groups: [{ id: 'billing', configs: { 'consumer.session.timeout.ms': 50_000 } }] },
]

describe('a seed is applied to Kafka as to Ottla', { skip: skipWithout('java') }, () => {
  let nodes: KafkaNode[] = []

  before(async () => {
    nodes = await Promise.all([startKafka(), startOttla()])
  })

  after(() => Promise.all(nodes.map(node => node.stop())))

  test('with the same report, the same refusals and the same contents', async () => {
    const [kafka, ottla] = await Promise.all(nodes.map(({ port }) => outcomes(port)))
    assert.deepEqual(ottla, kafka)
    // What was meant to be refused was.
    assert.deepEqual(
      kafka!.reports.map(report => typeof report),
      seeds.map((_, index) => (index >= 4 && index <= 9 ? 'string' : 'object')),
    )
  })
})

async function outcomes(port: number) {
  const client = new KafkaClient(ports.transport, ports.clock, {
    bootstrapServers: [{ host: 'localhost', port }],
    ...{ clientId: 'test', requestTimeoutMs: 30_000, apiTimeoutMs: 30_000 },
  })
  try {
    const reports: (SeedReport | string)[] = []
    for (const value of seeds) {
      const loaded = await loadSeedValue(value, seedDisk({}))
      reports.push(await applySeed(client, loaded, ports).catch(error => String(error)))
    }
    const committed = await committedOffsets(client, 'billing')
    const offsets = Object.fromEntries(
      committed.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]),
    )
    return { reports, offsets, contents: await contentsSeenBy(client) }
  } finally {
    await client.close()
  }
}
