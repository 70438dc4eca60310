import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { DescribeGroups } from '../../../src/protocol/apis/describe-groups.ts'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { Heartbeat } from '../../../src/protocol/apis/heartbeat.ts'
import { JoinGroup } from '../../../src/protocol/apis/join-group.ts'
import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { SyncGroup } from '../../../src/protocol/apis/sync-group.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { bytesOf, subscription } from '../../groups/support/group-harness.ts'
import { RawClient } from '../../support/raw-client.ts'
import { startTestBroker } from '../../support/test-broker.ts'

const fewPartitions = { 'offsets.topic.num.partitions': '3' }

/** Asks until the coordinator is there; the first question makes its topic. */
async function findCoordinator(client: RawClient) {
  for (;;) {
    const found = await client.send(FindCoordinator, 6, { keyType: 0, coordinatorKeys: ['g', ''] })
    if (found.coordinators.every(({ errorCode }) => errorCode === ErrorCode.NONE)) return found.coordinators
    assert.ok(found.coordinators.every(({ errorCode }) => errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE))
    await delay(5)
  }
}

/** A member of its own: joined and synced. */
async function joined(client: RawClient, groupId: string) {
  const request = {
    groupId,
    memberId: '',
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 30_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription('t') }],
  }
  let answer = await client.send(JoinGroup, 3, request)
  // Led but not loaded yet.
  while (answer.errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) {
    await delay(5)
    answer = await client.send(JoinGroup, 3, request)
  }
  assert.equal(answer.errorCode, ErrorCode.NONE)
  const { memberId, generationId } = answer
  const assignments = [{ memberId, assignment: bytesOf('all of it') }]
  const synced = await client.send(SyncGroup, 3, { groupId, memberId, generationId, assignments })
  assert.equal(synced.errorCode, ErrorCode.NONE)
  return { memberId, generationId }
}

async function fetchOffset(client: RawClient, groupId: string, topic: string): Promise<bigint | undefined> {
  for (;;) {
    const topics = [{ name: topic, partitionIndexes: [0] }]
    const { groups } = await client.send(OffsetFetch, 8, { groups: [{ groupId, topics }] })
    if (groups[0]?.errorCode === ErrorCode.NONE) return groups[0].topics[0]?.partitions[0]?.committedOffset
    assert.equal(groups[0]?.errorCode, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    await delay(5)
  }
}

test('FindCoordinator first makes the topic, then names the endpoint of the listener it was asked on', async t => {
  const broker = await startTestBroker(t, {
    ...fewPartitions,
    listeners: 'PLAINTEXT://127.0.0.1:0,OTHER://127.0.0.1:0',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,OTHER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
  })
  const client = await broker.connect()
  const first = await client.send(FindCoordinator, 0, { key: 'g' })
  assert.equal(first.errorCode, ErrorCode.COORDINATOR_NOT_AVAILABLE)
  assert.deepEqual([first.nodeId, first.host, first.port], [-1, '', -1])
  await findCoordinator(client)
  for (const version of [0, 1, 2, 3]) {
    const found = await client.send(FindCoordinator, version, { key: 'g' })
    assert.equal(found.errorCode, ErrorCode.NONE)
    assert.equal(found.port, broker.port)
    assert.equal(found.errorMessage, version === 0 ? '' : 'NONE')
  }
  const other = broker.server.listeners.find(({ name }) => name === 'OTHER')
  const onOther = await RawClient.connect(other?.port ?? 0)
  const [coordinator] = await findCoordinator(onOther)
  assert.equal(coordinator?.port, other?.port)
  await onOther.close()
})

test('FindCoordinator for what is not coordinated here is refused at once', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const client = await broker.connect()
  for (const keyType of [2, 7]) {
    const old = await client.send(FindCoordinator, 3, { key: 'k', keyType })
    assert.equal(old.errorCode, ErrorCode.INVALID_REQUEST)
    const found = await client.send(FindCoordinator, 6, { keyType, coordinatorKeys: ['k'] })
    assert.equal(found.coordinators[0]?.errorCode, ErrorCode.INVALID_REQUEST)
  }
  const silent = await client.send(FindCoordinator, 5, { keyType: 2, coordinatorKeys: ['k'] })
  assert.equal(silent.coordinators[0]?.errorMessage, '')
})

test('a group and its offsets outlive a restart, and the member goes on in its generation', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  await broker.createTopic('t')
  let client = await broker.connect()
  await findCoordinator(client)
  const { memberId, generationId } = await joined(client, 'g')
  const commit = (committedOffset: bigint) =>
    client.send(OffsetCommit, 8, {
      groupId: 'g',
      memberId,
      generationIdOrMemberEpoch: generationId,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: 'here' }] }],
    })
  assert.equal((await commit(41n)).topics[0]?.partitions[0]?.errorCode, ErrorCode.NONE)
  await broker.restart()
  client = await broker.connect()
  assert.equal(await fetchOffset(client, 'g', 't'), 41n)
  const heartbeat = await client.send(Heartbeat, 3, { groupId: 'g', memberId, generationId })
  assert.equal(heartbeat.errorCode, ErrorCode.NONE)
  assert.equal((await commit(42n)).topics[0]?.partitions[0]?.errorCode, ErrorCode.NONE)
  assert.equal(await fetchOffset(client, 'g', 't'), 42n)
})

test('offsets of a topic are gone when its deletion is answered, for good', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  await broker.createTopic('t')
  const client = await broker.connect()
  await findCoordinator(client)
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset: 5n, committedMetadata: '' }] }]
  for (;;) {
    const committed = await client.send(OffsetCommit, 8, { groupId: 'g', memberId: '', topics })
    if (committed.topics[0]?.partitions[0]?.errorCode === ErrorCode.NONE) break
    await delay(5)
  }
  assert.equal(await fetchOffset(client, 'g', 't'), 5n)
  await broker.deleteTopic('t')
  await broker.createTopic('t')
  assert.equal(await fetchOffset(client, 'g', 't'), -1n)
  await broker.restart()
  assert.equal(await fetchOffset(await broker.connect(), 'g', 't'), -1n)
})

test('a broker that stops answers who waits for others to join', async t => {
  const broker = await startTestBroker(t, { ...fewPartitions, 'group.initial.rebalance.delay.ms': '600000' })
  const client = await broker.connect()
  await findCoordinator(client)
  const request = {
    groupId: 'g',
    memberId: '',
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 600_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription('t') }],
  }
  const other = await broker.connect()
  const describe = async () => (await other.send(DescribeGroups, 5, { groups: ['g'] })).groups[0]
  while ((await describe())?.errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) await delay(5)
  const parked = client.send(JoinGroup, 3, request)
  while ((await describe())?.groupState !== 'PreparingRebalance') await delay(5)
  await broker.server.stop()
  assert.equal((await parked).errorCode, ErrorCode.NOT_COORDINATOR)
})
