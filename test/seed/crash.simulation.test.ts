import assert from 'node:assert/strict'
import { test } from 'node:test'
import { committedOffsets } from '../../src/client/groups.ts'
import type { KafkaClient } from '../../src/client/kafka-client.ts'
import { loadSeedValue } from '../../src/seed/load-seed.ts'
import { contentsSeenBy } from './cluster-contents.ts'
import { seedDisk } from './seed-disk.ts'
import { SimulatedNode } from './simulated-node.ts'

const value = (index: number) => `${index} ${'x'.repeat(index % 40)}`

/** Batches of few records, so that there is much to be interrupted. */
const seed = await loadSeedValue(
  {
    brokers: [{ configs: { 'message.max.bytes': 2_000_000 } }],
    topics: [
      'empty',
      {
        name: 'filled',
        partitions: 2,
        configs: { 'max.message.bytes': 400, 'retention.ms': -1 },
        records: Array.from({ length: 30 }, (_, index) => ({ value: value(index), headers: { index } })),
      },
      { name: 'one', records: [{ key: 'k', value: null }] },
    ],
    groups: [
      {
        id: 'readers',
        offsets: [
          { topic: 'filled', offset: 'latest' },
          { topic: 'one', offset: 0 },
        ],
      },
    ],
  },
  seedDisk({}),
)

const filled = (partition: number) =>
  Array.from({ length: 15 }, (_, turn) => [null, value(2 * turn + partition), `index=${2 * turn + partition}`])
const expected = { empty: [[]], filled: [filled(0), filled(1)], one: [[['k', null]]] }
const expectedOffsets = { 'filled-0': 15, 'filled-1': 15, 'one-0': 0 }

async function look(client: KafkaClient): Promise<void> {
  assert.deepEqual(await contentsSeenBy(client), expected)
  const offsets = await committedOffsets(client, 'readers')
  const byPartition = Object.fromEntries(
    offsets.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]),
  )
  assert.deepEqual(byPartition, expectedOffsets)
}

/** Dies within the given calls of the disk, one life after the other, then lives. Whether it died at all. */
async function dieAndLive(node: SimulatedNode, deaths: readonly number[], losesPower: boolean): Promise<boolean> {
  let hasDied = false
  for (const endsAfterCalls of deaths) {
    if ((await node.run(seed, { endsAfterCalls })) === undefined) hasDied = true
    if (losesPower) node.losePower()
  }
  assert.notEqual(await node.run(seed, { look }), undefined)
  const again = await node.run(seed, { look })
  assert.deepEqual(again, {
    ...{ topicsCreated: 0, topicsGrown: 0, configsAltered: 0, recordsAppended: 0, offsetsCommitted: 0 },
    partitionsLeft: [],
  })
  return hasDied
}

for (const losesPower of [false, true]) {
  const what = losesPower ? 'loses its power' : 'is killed'
  test(`a node that ${what} at any moment of its first start has all of its seed after the next, once`, async () => {
    let deaths = 0
    for (let calls = 1; ; calls += losesPower ? 17 : 13) {
      if (!(await dieAndLive(new SimulatedNode(calls), [calls], losesPower))) break
      deaths++
    }
    assert.ok(deaths > 8, `${deaths} deaths`)
  })

  test(`so it has when it ${what} several times in a row`, async () => {
    for (let run = 0; run < 6; run++) {
      const deaths = [40 + 11 * run, 20 + 7 * run, 30 + 5 * run]
      await dieAndLive(new SimulatedNode(1000 + run), deaths, losesPower)
    }
  })
}
