import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadSeedValue } from '../../src/seed/load-seed.ts'
import type { LoadedRecord, LoadedSeed } from '../../src/seed/loaded-seed.ts'
import { planSeed, ResourceType, resourceName, type SeedPlan, type SeedState } from '../../src/seed/plan.ts'
import { appendDecision, isRecordOf, recordsByPartition, type StoredRecord } from '../../src/seed/record-plan.ts'
import { seedDisk } from './seed-disk.ts'

const names = ['a', 'b', 'c', 'd']
const configs = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3'), fc.constantFrom('1', '2', 'x,y'))
const seed = fc.record({
  topics: fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...names), partitions: fc.integer({ min: 1, max: 5 }), configs }),
    { selector: ({ name }) => name },
  ),
  groups: fc.uniqueArray(fc.record({ id: fc.constantFrom('g', 'h'), configs }), { selector: ({ id }) => id }),
  brokers: fc.uniqueArray(fc.record({ id: fc.constantFrom(1, 2), configs }), { selector: ({ id }) => id }),
})

interface Model {
  readonly partitionCounts: Map<string, number>
  readonly configs: Map<string, Map<string, string>>
}

const cluster: fc.Arbitrary<Model> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 1, max: 5 })),
    fc.dictionary(fc.constantFrom('2 a', '2 b', '32 g', '4 1'), configs),
  )
  .map(([topics, set]) => ({
    partitionCounts: new Map(Object.entries(topics)),
    configs: new Map(
      Object.entries(set)
        // A topic that is not there has no configuration.
        .filter(([resource]) => !resource.startsWith('2 ') || Object.hasOwn(topics, resource.slice(2)))
        .map(([resource, of]) => [resource, new Map(Object.entries(of))]),
    ),
  }))

/** What a cluster becomes that does as the plan says. */
function carriedOut(model: Model, { topicsToCreate, topicsToGrow, alterations }: SeedPlan): Model {
  const partitionCounts = new Map(model.partitionCounts)
  const set = new Map([...model.configs].map(([resource, of]) => [resource, new Map(of)]))
  for (const { name, partitions, configs: wanted } of topicsToCreate) {
    assert.ok(!partitionCounts.has(name), 'a topic is created that is there')
    partitionCounts.set(name, partitions!)
    set.set(`${ResourceType.TOPIC} ${name}`, new Map(wanted.map(({ name: key, value }) => [key, value])))
  }
  for (const { name, partitions } of topicsToGrow) {
    assert.ok(partitions! > partitionCounts.get(name)!, 'Kafka takes no partition away')
    partitionCounts.set(name, partitions!)
  }
  for (const { resource, configs: wanted } of alterations) {
    assert.ok(resource.type !== ResourceType.TOPIC || partitionCounts.has(resource.name))
    const of = set.get(resourceName(resource)) ?? new Map()
    for (const { name, value } of wanted) of.set(name, value)
    set.set(resourceName(resource), of)
  }
  return { partitionCounts, configs: set }
}

const isNothing = ({ topicsToCreate, topicsToGrow, alterations }: SeedPlan) =>
  topicsToCreate.length + topicsToGrow.length + alterations.length === 0

test('a plan that is carried out gives what the seed says, and planned again there is nothing to do', async () => {
  await fc.assert(
    fc.asyncProperty(seed, cluster, async (said, before) => {
      const loaded: LoadedSeed = await loadSeedValue(said, seedDisk({}))
      const state: SeedState = before
      const after = carriedOut(before, planSeed(loaded, state))
      for (const { name, partitions, configs: wanted } of said.topics) {
        assert.equal(after.partitionCounts.get(name), Math.max(partitions, before.partitionCounts.get(name) ?? 0))
        for (const [key, value] of Object.entries(wanted)) assert.equal(after.configs.get(`2 ${name}`)?.get(key), value)
      }
      for (const [resource, of] of before.configs) {
        for (const key of of.keys()) assert.ok(after.configs.get(resource)!.has(key), 'what was set is forgotten')
      }
      assert.ok(isNothing(planSeed(loaded, after)))
    }),
    { numRuns: 300 },
  )
})

const record = fc.record({
  key: fc.option(fc.uint8Array({ maxLength: 2 })),
  value: fc.option(fc.uint8Array({ maxLength: 1 })),
  partition: fc.option(fc.nat(2), { nil: undefined }),
  headers: fc.constant([]),
})
const place = { source: 'seed', line: 1, path: '' }
const loadedRecords = fc
  .array(record, { maxLength: 30 })
  .map(records => records.map((of): LoadedRecord => ({ ...of, timestamp: { agoMs: 0 }, place })))

test('wherever the appending of records is cut off, the next application completes it, and a third does nothing', () => {
  fc.assert(
    fc.property(loadedRecords, fc.array(fc.nat(30), { minLength: 3, maxLength: 3 }), (records, cuts) => {
      const partitions = recordsByPartition(records, 3)
      assert.deepEqual(recordsByPartition(records, 3), partitions)
      assert.equal(partitions.flat().length, records.length)
      for (const [partition, expected] of partitions.entries()) {
        const log: StoredRecord[] = []
        const apply = (count: number): number => {
          const decision = appendDecision(expected.length, { startOffset: 0, endOffset: log.length })
          const isBeginning = decision === 'compare' && log.every(stored => isRecordOf(expected, stored))
          if (decision !== 'all' && !isBeginning) return 0
          const missing = expected.slice(log.length, log.length + count)
          for (const { key, value, headers } of missing) log.push({ offset: log.length, key, value, headers })
          return missing.length
        }
        apply(cuts[partition]!)
        apply(Number.POSITIVE_INFINITY)
        assert.deepEqual(
          log.map(({ key, value }) => [key, value]),
          expected.map(({ key, value }) => [key, value]),
        )
        assert.equal(apply(Number.POSITIVE_INFINITY), 0)
      }
    }),
    { numRuns: 300 },
  )
})

test('a partition that holds anything else is left alone', () => {
  const [one, two]: LoadedRecord[] = ['1', '2'].map(text => ({
    ...{ key: null, headers: [], partition: undefined, timestamp: { agoMs: 0 }, place },
    value: new TextEncoder().encode(text),
  }))
  const stored = (of: LoadedRecord, offset: number, headers: StoredRecord['headers'] = []): StoredRecord => ({
    ...{ key: of.key, value: of.value, offset, headers },
  })
  assert.equal(appendDecision(2, { startOffset: 1, endOffset: 1 }), 'other')
  assert.equal(appendDecision(2, { startOffset: 0, endOffset: 2 }), 'none')
  assert.equal(appendDecision(0, { startOffset: 0, endOffset: 0 }), 'none')
  assert.equal(isRecordOf([one!, two!], stored(one!, 0)), true)
  assert.equal(isRecordOf([one!, two!], stored(two!, 0)), false)
  assert.equal(isRecordOf([one!, two!], stored(one!, 0, [{ key: 'h', value: null }])), false)
  assert.equal(isRecordOf([one!, two!], { ...stored(one!, 0), key: new Uint8Array() }), false)
  assert.equal(isRecordOf([one!], stored(two!, 1)), false)
})
