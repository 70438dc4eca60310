import assert from 'node:assert/strict'
import test from 'node:test'
import type { Controller } from '../../src/controller/controller.ts'
import { metadataRecord } from '../../src/controller/metadata-record.ts'
import type { CreatableTopic } from '../../src/controller/requests.ts'
import { type ControllerHarness, startedHarness } from '../support/metadata-fixture.ts'

function topic(change: Partial<CreatableTopic> = {}): CreatableTopic {
  return { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...change }
}

function create(controller: Controller, ...topics: CreatableTopic[]) {
  return controller.createTopics({ topics, validateOnly: false, describable: () => true })
}

function refusal(harness: ControllerHarness, change: Partial<CreatableTopic>) {
  const { records, response } = create(harness.controller, topic(change))
  assert.deepEqual(records, [])
  const [result] = response
  assert.ok(result !== undefined && 'errorCode' in result)
  return [result.errorCode, result.errorMessage]
}

test('a topic is its record, then its configuration, then its partitions', () => {
  const harness = startedHarness()
  const { records, response } = create(
    harness.controller,
    topic({ name: 'flights', numPartitions: 2, configs: [{ name: 'retention.ms', value: '1000' }] }),
  )
  assert.deepEqual(
    records.map(record => [record.name, record.version]),
    [
      ['TopicRecord', 0],
      ['ConfigRecord', 0],
      ['PartitionRecord', 2],
      ['PartitionRecord', 2],
    ],
  )
  harness.commit({ records, response })
  const [result] = response
  assert.ok(result !== undefined && 'created' in result)
  assert.equal(result.created.numPartitions, 2)
  assert.equal(result.created.replicationFactor, 1)
  const image = harness.image.topics.byName('flights')
  assert.equal(image?.id, result.created.topicId)
  assert.deepEqual(
    image.partitions.map(partition => [partition.leader, partition.leaderEpoch, ...partition.isr]),
    [
      [1, 0, 1],
      [1, 0, 1],
    ],
  )
  assert.deepEqual([...harness.image.configs.of(2, 'flights')], [['retention.ms', '1000']])
})

test('nobody creates a topic over the metadata log', () => {
  assert.deepEqual(refusal(startedHarness(), { name: '__cluster_metadata' }), [
    42,
    'Creation of internal topic __cluster_metadata is prohibited.',
  ])
})

test('a topic’s own min.insync.replicas clears what was known of eligible replicas', () => {
  const { controller } = startedHarness()
  const { records } = create(controller, topic({ configs: [{ name: 'min.insync.replicas', value: '1' }] }))
  assert.deepEqual(
    records.map(record => record.name),
    ['TopicRecord', 'ConfigRecord', 'ClearElrRecord', 'PartitionRecord'],
  )
})

test('names that are no topic’s are refused in Kafka’s words', () => {
  const harness = startedHarness()
  const long = 'x'.repeat(250)
  for (const [name, message] of [
    ['', 'Topic name is invalid: the empty string is not allowed'],
    ['.', "Topic name is invalid: '.' is not allowed"],
    ['..', "Topic name is invalid: '..' is not allowed"],
    [long, `Topic name is invalid: the length of '${long}' is longer than the max allowed length 249`],
    [
      'a b',
      "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
    ],
  ] as const) {
    assert.deepEqual(refusal(harness, { name }), [17, message])
  }
  assert.equal(create(harness.controller, topic({ name: 'x'.repeat(249) })).records.length, 2)
})

test('a name that differs from a topic’s in dots and underscores alone is refused, until that topic is gone', () => {
  const harness = startedHarness()
  harness.commit(create(harness.controller, topic({ name: 'a.b_c' })))
  assert.deepEqual(refusal(harness, { name: 'a_b.c' }), [17, "Topic 'a_b.c' collides with existing topic: a.b_c"])
  assert.deepEqual(refusal(harness, { name: 'a.b_c' }), [36, "Topic 'a.b_c' already exists."])
  const id = harness.image.topics.byName('a.b_c')?.id
  assert.ok(id)
  harness.commit(harness.controller.deleteTopics([id]))
  assert.equal(create(harness.controller, topic({ name: 'a_b.c' })).records.length, 2)
})

test('counts and factors out of bounds are refused in Kafka’s words', () => {
  const harness = startedHarness()
  assert.deepEqual(refusal(harness, { replicationFactor: 0 }), [
    38,
    'Replication factor must be larger than 0, or -1 to use the default value.',
  ])
  assert.deepEqual(refusal(harness, { numPartitions: 0 }), [
    37,
    'Number of partitions was set to an invalid non-positive value.',
  ])
  assert.deepEqual(refusal(harness, { numPartitions: -2 }), [
    37,
    'Number of partitions was set to an invalid non-positive value.',
  ])
  assert.deepEqual(refusal(harness, { replicationFactor: 2 }), [
    38,
    'Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because ' +
      'only 1 broker(s) are registered or some brokers have all their log directories cordoned.',
  ])
  assert.deepEqual(refusal(harness, { numPartitions: 10_001 }), [
    44,
    'Excessively large number of partitions per request.',
  ])
  assert.deepEqual(refusal(harness, { numPartitions: 10_000 }), [
    44,
    'Unable to perform excessively large batch operation.',
  ])
})

test('configurations that would not fit into one batch are refused, however few they are', () => {
  const harness = startedHarness()
  const configs = [{ name: 'leader.replication.throttled.replicas', value: '1:1,'.repeat(8000) }]
  const topics = Array.from({ length: 300 }, (_, index) => topic({ name: `t-${index}`, configs }))
  const { records, response } = create(harness.controller, ...topics)
  assert.deepEqual(records, [])
  assert.ok(response.every(result => 'errorCode' in result && result.errorCode === 44))
  assert.equal(create(harness.controller, ...topics.slice(0, 50)).records.length, 150)
})

test('-1 takes the broker’s defaults', () => {
  const harness = startedHarness({ settings: { defaultNumPartitions: 3 } })
  harness.commit(create(harness.controller, topic({ numPartitions: -1, replicationFactor: -1 })))
  assert.equal(harness.image.topics.byName('t')?.partitions.length, 3)
})

test('an assignment by hand must name registered brokers once, the same number each, and every partition once', () => {
  const harness = startedHarness()
  const assigned = (...assignments: (readonly [number, readonly number[]])[]) => ({
    numPartitions: -1,
    replicationFactor: -1,
    assignments: assignments.map(([partitionIndex, brokerIds]) => ({ partitionIndex, brokerIds })),
  })
  assert.deepEqual(refusal(harness, { ...assigned([0, [1]]), replicationFactor: 1 }), [
    42,
    'A manual partition assignment was specified, but replication factor was not set to -1.',
  ])
  assert.deepEqual(refusal(harness, { ...assigned([0, [1]]), numPartitions: 1 }), [
    42,
    'A manual partition assignment was specified, but numPartitions was not set to -1.',
  ])
  assert.deepEqual(refusal(harness, assigned([0, []])), [
    39,
    'The manual partition assignment includes an empty replica list.',
  ])
  assert.deepEqual(refusal(harness, assigned([0, [7]])), [
    39,
    'The manual partition assignment includes broker 7, but no such broker is registered.',
  ])
  assert.deepEqual(refusal(harness, assigned([0, [1, 1]])), [
    39,
    'The manual partition assignment includes the broker 1 more than once.',
  ])
  assert.deepEqual(refusal(harness, assigned([0, [1]], [0, [1]])), [
    39,
    'Found multiple manual partition assignments for partition 0',
  ])
  assert.deepEqual(refusal(harness, assigned([1, [1]])), [
    39,
    'partitions should be a consecutive 0-based integer sequence',
  ])
  harness.commit(create(harness.controller, topic(assigned([1, [1]], [0, [1]]))))
  assert.equal(harness.image.topics.byName('t')?.partitions.length, 2)
})

test('a null value and a value the rules refuse keep their topic from being created, and no other', () => {
  const harness = startedHarness({
    rules: {
      validate: (_resource, proposed) =>
        proposed.get('retention.ms') === 'x' ? { errorCode: 40, errorMessage: 'Invalid value x' } : undefined,
    },
  })
  assert.deepEqual(
    refusal(harness, {
      configs: [
        { name: 'a', value: null },
        { name: 'b', value: null },
      ],
    }),
    [40, 'Null value not supported for topic configs: a,b'],
  )
  const { records, response } = create(
    harness.controller,
    topic({ name: 'bad', configs: [{ name: 'retention.ms', value: 'x' }] }),
    topic({ name: 'good' }),
  )
  assert.deepEqual(
    response.map(result => [result.name, 'errorCode' in result && result.errorCode]),
    [
      ['bad', 40],
      ['good', false],
    ],
  )
  assert.equal(records.length, 2)
})

test('validate only: the answer of a creation, and no record', () => {
  const { controller } = startedHarness()
  const { records, response } = controller.createTopics({
    topics: [topic()],
    validateOnly: true,
    describable: () => false,
  })
  assert.deepEqual(records, [])
  const [result] = response
  assert.ok(result !== undefined && 'created' in result)
  assert.equal(result.created.configs, null)
})

test('nothing is placed while every broker is fenced', () => {
  const harness = startedHarness()
  harness.commit(harness.controller.fenceBroker(1))
  assert.deepEqual(refusal(harness, {}), [
    38,
    'Unable to replicate the partition 1 time(s): All brokers are currently fenced, or have all their log directories cordoned.',
  ])
  assert.deepEqual(
    refusal(harness, {
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [{ partitionIndex: 0, brokerIds: [1] }],
    }),
    [
      39,
      'All brokers specified in the manual partition assignment for partition 0 are fenced or in controlled shutdown.',
    ],
  )
})

test('a topic is deleted by id, once however often it is named, and its configuration with it', () => {
  const harness = startedHarness()
  harness.commit(create(harness.controller, topic({ configs: [{ name: 'retention.ms', value: '1' }] })))
  const id = harness.image.topics.byName('t')?.id
  assert.ok(id)
  const { records, response } = harness.controller.deleteTopics([id, id, 'AAAAAAAAAAAAAAAAAAAAZA' as typeof id])
  assert.deepEqual(records, [metadataRecord('RemoveTopicRecord', 0, { topicId: id })])
  assert.deepEqual(
    response.map(({ errorCode }) => errorCode),
    [0, 0, 100],
  )
  harness.commit({ records, response })
  assert.equal(harness.image.topics.size, 0)
  assert.equal(harness.image.configs.of(2, 't').size, 0)
})

test('partitions are added, and never taken away', () => {
  const harness = startedHarness()
  harness.commit(create(harness.controller, topic({ numPartitions: 2 })))
  const grow = (name: string, count: number, assignments: { brokerIds: number[] }[] | null = null) =>
    harness.controller.createPartitions([{ name, count, assignments }], false)
  const errorOf = (...request: Parameters<typeof grow>) => {
    const { records, response } = grow(...request)
    assert.deepEqual(records, [])
    return [response[0]?.errorCode, response[0]?.errorMessage]
  }
  assert.deepEqual(errorOf('unknown', 3), [3, null])
  assert.deepEqual(errorOf('t', 2), [37, 'Topic already has 2 partition(s).'])
  assert.deepEqual(errorOf('t', 1), [37, 'The topic t currently has 2 partition(s); 1 would not be an increase.'])
  assert.deepEqual(errorOf('t', 4, [{ brokerIds: [1] }]), [
    39,
    'Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.',
  ])
  assert.deepEqual(errorOf('t', 3, [{ brokerIds: [1, 1] }]), [
    39,
    'The manual partition assignment includes the broker 1 more than once.',
  ])
  assert.deepEqual(errorOf('t', 3, [{ brokerIds: [] }]), [
    39,
    'The manual partition assignment includes an empty replica list.',
  ])
  assert.deepEqual(errorOf('t', 20_000), [-1, null])
  harness.commit(grow('t', 4))
  harness.commit(grow('t', 5, [{ brokerIds: [1] }]))
  assert.equal(harness.image.topics.byName('t')?.partitions.length, 5)
  assert.deepEqual(harness.controller.createPartitions([{ name: 't', count: 9, assignments: null }], true).records, [])
})
