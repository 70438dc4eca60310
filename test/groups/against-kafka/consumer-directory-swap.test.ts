import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startBroker } from '../../../src/index.ts'
import { ConsumerGroupDescribe } from '../../../src/protocol/apis/consumer-group-describe.ts'
import { ConsumerGroupHeartbeat } from '../../../src/protocol/apis/consumer-group-heartbeat.ts'
import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { Uuid } from '../../../src/protocol/uuid.ts'
import { temporaryDirectory } from '../../support/java.ts'
import { startKafka } from '../../support/kafka-node.ts'
import { RawClient } from '../../support/raw-client.ts'
import { skipWithout } from '../../support/require.ts'
import { dumpedOffsetsTopic } from './dumped-offsets-topic.ts'
import { prepare } from './session.ts'

const groupId = 'g'

const properties = {
  'offsets.topic.num.partitions': '3',
  'group.consumer.assignment.interval.ms': '0',
  // Nobody is missed while brokers change.
  'group.consumer.max.session.timeout.ms': '600000',
  'group.consumer.session.timeout.ms': '600000',
}

const named = { memberId: 'by-name', instanceId: 'i', subscribedTopicNames: ['alpha'] }
const matching = { memberId: 'by-pattern', subscribedTopicRegex: 'al.*|be.*' }

test('a consumer group moves from Ottla to Kafka and back in its directory, and its members notice nothing', {
  skip: skipWithout('java'),
}, async t => {
  const directory = await temporaryDirectory('swap')
  t.after(() => directory.remove())
  const onOttla = async (use: (port: number) => Promise<void>): Promise<string> => {
    const ottla = await startBroker({ dataDirectory: directory.path, config: properties })
    await use(ottla.port).finally(() => ottla.stop())
    return ottla.clusterId
  }
  let group: unknown
  const clusterId = await onOttla(async port => {
    await prepare(port)
    await join(port)
    await commit(port, 'by-name', 11n)
    group = await described(port)
  })
  assertDecoded(await dumpedOffsetsTopic(directory.path))

  const kafka = await startKafka({ directory: directory.path, properties, clusterId })
  await goOn(kafka.port, group, 11n, 22n).finally(() => kafka.stop())
  await onOttla(port => goOn(port, group, 22n, 33n))
})

async function goOn(port: number, group: unknown, before: bigint, after: bigint): Promise<void> {
  assert.equal(await committed(port), before)
  assert.deepEqual(await described(port), group)
  for (const { memberId } of [named, matching]) {
    const { errorCode, memberEpoch, assignment } = await heartbeat(port, { memberId, memberEpoch: await epochOf(port) })
    assert.deepEqual({ errorCode, assignment }, { errorCode: ErrorCode.NONE, assignment: null })
    assert.equal(memberEpoch, await epochOf(port))
  }
  await commit(port, 'by-name', after)
  assert.equal(await committed(port), after)
  assert.deepEqual(await described(port), group)
}

/** Both members join, and hand partitions over until each has what it is to have. */
async function join(port: number): Promise<void> {
  const epochs = new Map<string, number>()
  const owned = new Map<string, { topicId: Uuid; partitions: number[] }[]>()
  for (const { memberId, ...subscription } of [named, matching]) {
    const request = { memberId, memberEpoch: 0, rebalanceTimeoutMs: 300_000, topicPartitions: [], ...subscription }
    const response = await heartbeat(port, request)
    assert.equal(response.errorCode, ErrorCode.NONE)
    epochs.set(memberId, response.memberEpoch)
    if (response.assignment !== null) owned.set(memberId, response.assignment.topicPartitions)
  }
  const deadline = Date.now() + 30_000
  while (!(await isStable(port))) {
    assert.ok(Date.now() < deadline, 'the group does not settle')
    for (const [memberId, memberEpoch] of epochs) {
      const response = await heartbeat(port, { memberId, memberEpoch, topicPartitions: owned.get(memberId) ?? [] })
      assert.equal(response.errorCode, ErrorCode.NONE, response.errorMessage ?? '')
      epochs.set(memberId, response.memberEpoch)
      if (response.assignment !== null) owned.set(memberId, response.assignment.topicPartitions)
    }
    await delay(20)
  }
}

async function withClient<Answer>(port: number, use: (client: RawClient) => Promise<Answer>): Promise<Answer> {
  const client = await RawClient.connect(port)
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}

type HeartbeatRequest = Parameters<typeof ConsumerGroupHeartbeat.request.encode>[0]

/** Asked again while the coordinator loads. */
function heartbeat(port: number, request: Omit<HeartbeatRequest, 'groupId'>) {
  return withClient(port, async client => {
    for (;;) {
      const response = await client.send(ConsumerGroupHeartbeat, 1, { groupId, ...request } as HeartbeatRequest)
      if (response.errorCode !== ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) return response
      await delay(20)
    }
  })
}

async function describedGroup(port: number) {
  return withClient(port, async client => {
    for (;;) {
      const { groups } = await client.send(ConsumerGroupDescribe, 1, {
        groupIds: [groupId],
        includeAuthorizedOperations: false,
      })
      if (groups[0]!.errorCode === ErrorCode.NONE) return groups[0]!
      await delay(20)
    }
  })
}

async function isStable(port: number): Promise<boolean> {
  const { groupState, members } = await describedGroup(port)
  return (
    groupState === 'Stable' &&
    members.length === 2 &&
    members.every(({ assignment }) => assignment.topicPartitions.length > 0)
  )
}

async function epochOf(port: number): Promise<number> {
  return (await describedGroup(port)).groupEpoch
}

/** Epochs, subscriptions and assignments; all but the order of members. */
async function described(port: number): Promise<unknown> {
  const { members, ...group } = await describedGroup(port)
  return { ...group, members: [...members].sort((one, other) => (one.memberId < other.memberId ? -1 : 1)) }
}

async function commit(port: number, memberId: string, committedOffset: bigint): Promise<void> {
  const generationIdOrMemberEpoch = await epochOf(port)
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'm' }]
  const response = await withClient(port, client =>
    client.send(OffsetCommit, 9, {
      ...{ groupId, memberId, generationIdOrMemberEpoch },
      topics: [{ name: 'alpha', partitions }],
    }),
  )
  assert.equal(response.topics[0]?.partitions[0]?.errorCode, ErrorCode.NONE)
}

async function committed(port: number): Promise<bigint | undefined> {
  return withClient(port, async client => {
    for (;;) {
      const { groups } = await client.send(OffsetFetch, 8, { groups: [{ groupId, topics: null }] })
      if (groups[0]?.errorCode === ErrorCode.NONE) return groups[0].topics[0]?.partitions[0]?.committedOffset
      await delay(20)
    }
  })
}

/** Each kind of record that a consumer group has, by its type. */
function assertDecoded(output: string): void {
  assert.doesNotMatch(output, /Unknown|isvalid: false|Could not/)
  for (const type of ['3', '5', '6', '7', '8', '16']) assert.match(output, new RegExp(`"type":"${type}","data"`))
}
