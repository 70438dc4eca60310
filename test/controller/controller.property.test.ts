import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { MetadataDelta } from '../../src/controller/image/metadata-delta.ts'
import { emptyMetadataImage, type MetadataImage } from '../../src/controller/image/metadata-image.ts'
import { MetadataReplay } from '../../src/controller/image/metadata-replay.ts'
import { snapshotRecords } from '../../src/controller/image/snapshot-records.ts'
import { decodeMetadataRecord, encodeMetadataRecord } from '../../src/controller/metadata-record.ts'
import { AlterConfigOp } from '../../src/controller/requests.ts'
import { startedHarness } from '../support/metadata-fixture.ts'

/** Few names, so that they are created, deleted and created anew; two of them collide. */
const name = fc.constantFrom('a', 'b.c', 'b_c', 'd')

type Step =
  | { readonly op: 'create'; readonly name: string; readonly partitions: number }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'grow'; readonly name: string; readonly by: number }
  | { readonly op: 'config'; readonly name: string; readonly value: string | null }
  | { readonly op: 'restart'; readonly isClean: boolean }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op: fc.constant('create' as const), name, partitions: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ op: fc.constant('delete' as const), name }),
  fc.record({ op: fc.constant('grow' as const), name, by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ op: fc.constant('config' as const), name, value: fc.option(fc.constantFrom('1', '2')) }),
  fc.record({ op: fc.constant('restart' as const), isClean: fc.boolean() }),
)

interface ModelTopic {
  partitions: number
  retention: string | undefined
}

type Harness = ReturnType<typeof startedHarness>

/** What a cluster of one broker is to be after each step, in the plainest terms. */
function apply(model: Map<string, ModelTopic>, harness: Harness, action: Step): void {
  const { controller } = harness
  switch (action.op) {
    case 'create': {
      const topic = {
        name: action.name,
        numPartitions: action.partitions,
        replicationFactor: 1,
        assignments: [],
        configs: [],
      }
      const [result] = harness.commit(
        controller.createTopics({ topics: [topic], validateOnly: false, describable: () => true }),
      )
      const unified = (other: string) => other.replaceAll('.', '_')
      const isTaken = [...model.keys()].some(other => unified(other) === unified(action.name))
      assert.equal(result !== undefined && 'errorCode' in result, isTaken)
      if (!isTaken) model.set(action.name, { partitions: action.partitions, retention: undefined })
      return
    }
    case 'delete': {
      const topic = harness.image.topics.byName(action.name)
      assert.equal(topic !== undefined, model.delete(action.name))
      if (topic !== undefined) harness.commit(controller.deleteTopics([topic.id]))
      return
    }
    case 'grow': {
      const topic = model.get(action.name)
      const count = (topic?.partitions ?? 0) + action.by
      const [outcome] = harness.commit(
        controller.createPartitions([{ name: action.name, count, assignments: null }], false),
      )
      assert.equal(outcome?.errorCode, topic === undefined ? 3 : 0)
      if (topic !== undefined) topic.partitions = count
      return
    }
    case 'config': {
      const op = action.value === null ? AlterConfigOp.DELETE : AlterConfigOp.SET
      const operations = new Map([['retention.ms', { op, value: action.value }]])
      const [outcome] = harness.commit(
        controller.incrementalAlterConfigs([{ resource: { type: 2, name: action.name }, operations }], false),
      )
      const topic = model.get(action.name)
      assert.equal(outcome?.errorCode, topic === undefined ? 3 : 0)
      if (topic !== undefined) topic.retention = action.value ?? undefined
      return
    }
    case 'restart': {
      const broker = harness.image.cluster.brokers.get(1)
      assert.ok(broker)
      if (action.isClean) {
        harness.commit(controller.controlledShutdown(1))
        harness.commit(controller.fenceBroker(1))
        for (const topic of harness.image.topics.all()) {
          for (const { leader, isr } of topic.partitions) assert.deepEqual([leader, isr], [-1, []])
        }
      }
      const { endpoints, features, directories } = broker
      const previousBrokerEpoch = action.isClean ? broker.brokerEpoch : -1
      const clusterId = '4L6g3nShT-eMCtK--X86sw'
      const incarnationId = `${String(broker.brokerEpoch).padStart(21, 'i')}A` as typeof broker.incarnationId
      const request = {
        brokerId: 1,
        clusterId,
        incarnationId,
        endpoints,
        features,
        rack: null,
        directories,
        previousBrokerEpoch,
      }
      assert.equal(harness.commit(controller.registerBroker(request)), undefined)
      harness.commit(controller.unfenceBroker(1))
    }
  }
}

function checkImage(image: MetadataImage, model: ReadonlyMap<string, ModelTopic>): void {
  assert.deepEqual([...image.topics.all()].map(topic => topic.name).sort(), [...model.keys()].sort())
  assert.equal(image.topics.size, model.size)
  for (const [topicName, expected] of model) {
    const topic = image.topics.byName(topicName)
    assert.ok(topic)
    assert.equal(image.topics.byId(topic.id), topic)
    assert.equal(topic.partitions.length, expected.partitions)
    for (const { leader, isr, replicas } of topic.partitions) assert.deepEqual([leader, isr, replicas], [1, [1], [1]])
    assert.equal(image.configs.of(2, topicName).get('retention.ms'), expected.retention)
  }
  assert.deepEqual(
    [...image.configs.namesOf(2)].sort(),
    [...model]
      .filter(([, topic]) => topic.retention !== undefined)
      .map(([topicName]) => topicName)
      .sort(),
  )
}

test('whatever is asked of it, the image is what a plain model says, and its snapshot replays into the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const harness = startedHarness()
      const model = new Map<string, ModelTopic>()
      for (const action of steps) {
        const before = harness.image
        const namesBefore = [...before.topics.all()].map(topic => topic.name)
        apply(model, harness, action)
        checkImage(harness.image, model)
        assert.deepEqual(
          [...before.topics.all()].map(topic => topic.name),
          namesBefore,
          'an image never changes',
        )
      }
      const records = [...snapshotRecords(harness.image)].map(record =>
        decodeMetadataRecord(encodeMetadataRecord(record)),
      )
      const replay = new MetadataReplay(emptyMetadataImage, { isSupportedConfig: () => true })
      replay.replay(records, harness.image.provenance)
      checkImage(replay.image, model)
      assert.deepEqual([...snapshotRecords(replay.image)], [...snapshotRecords(harness.image)])
    }),
    { numRuns: 300 },
  )
})

test('deltas, applied one after the other, name exactly what differs between their images', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), steps => {
      const harness = startedHarness()
      const deltas: MetadataDelta[] = []
      const replay = harness.controller.replay.bind(harness.controller)
      harness.controller.replay = (records, provenance) => {
        const delta = replay(records, provenance)
        if (delta !== undefined) deltas.push(delta)
        return delta
      }
      const model = new Map<string, ModelTopic>()
      for (const action of steps) apply(model, harness, action)
      for (const { before, after, deletedTopics, changedTopics } of deltas) {
        for (const topic of before.topics.all()) {
          assert.equal(deletedTopics.get(topic.id), after.topics.byId(topic.id) === undefined ? topic : undefined)
        }
        for (const topic of after.topics.all()) {
          const change = changedTopics.get(topic.id)
          const earlier = before.topics.byId(topic.id)
          assert.equal(change?.after ?? earlier, topic)
          for (const [id, partition] of topic.partitions.entries()) {
            if (change?.partitions.has(id)) assert.equal(change.partitions.get(id), partition)
            else assert.equal(earlier?.partitions[id], partition)
          }
        }
      }
    }),
    { numRuns: 200 },
  )
})
