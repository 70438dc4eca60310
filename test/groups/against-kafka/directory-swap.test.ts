import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startBroker } from '../../../src/index.ts'
import { Heartbeat } from '../../../src/protocol/apis/heartbeat.ts'
import { JoinGroup } from '../../../src/protocol/apis/join-group.ts'
import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { SyncGroup } from '../../../src/protocol/apis/sync-group.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { temporaryDirectory } from '../../support/java.ts'
import { startKafka } from '../../support/kafka-node.ts'
import { RawClient } from '../../support/raw-client.ts'
import { skipWithout } from '../../support/require.ts'
import { bytesOf, subscription } from '../support/group-harness.ts'
import { prepare } from './session.ts'

const properties = { 'offsets.topic.num.partitions': '3', 'group.initial.rebalance.delay.ms': '0' }
const groupId = 'g'

interface Member {
  readonly memberId: string
  readonly generationId: number
}

test('a group moves from Ottla to Kafka and back in its directory, and its member notices nothing', {
  skip: skipWithout('java'),
}, async t => {
  const directory = await temporaryDirectory('swap')
  t.after(() => directory.remove())
  const onOttla = async (use: (port: number) => Promise<void>): Promise<string> => {
    const ottla = await startBroker({ dataDirectory: directory.path, config: properties })
    await use(ottla.port).finally(() => ottla.stop())
    return ottla.clusterId
  }
  let member: Member = { memberId: '', generationId: -1 }
  const clusterId = await onOttla(async port => {
    await prepare(port)
    member = await join(port)
    await commit(port, member, 11n)
  })
  const kafka = await startKafka({ directory: directory.path, properties, clusterId })
  await goOn(kafka.port, member, 11n, 22n).finally(() => kafka.stop())
  await onOttla(port => goOn(port, member, 22n, 33n))
})

async function goOn(port: number, member: Member, before: bigint, after: bigint): Promise<void> {
  assert.equal(await fetch(port), before)
  const client = await RawClient.connect(port)
  assert.equal((await client.send(Heartbeat, 3, { groupId, ...member })).errorCode, ErrorCode.NONE)
  await client.close()
  await commit(port, member, after)
  assert.equal(await fetch(port), after)
}

async function join(port: number): Promise<Member> {
  const client = await RawClient.connect(port)
  const { memberId, generationId } = await client.send(JoinGroup, 3, {
    groupId,
    memberId: '',
    sessionTimeoutMs: 300_000,
    rebalanceTimeoutMs: 300_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription('alpha') }],
  })
  const assignments = [{ memberId, assignment: bytesOf('all') }]
  const synced = await client.send(SyncGroup, 3, { groupId, memberId, generationId, assignments })
  assert.equal(synced.errorCode, ErrorCode.NONE)
  await client.close()
  return { memberId, generationId }
}

async function commit(port: number, { memberId, generationId }: Member, committedOffset: bigint): Promise<void> {
  const client = await RawClient.connect(port)
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'm' }]
  const response = await client.send(OffsetCommit, 8, {
    groupId,
    memberId,
    generationIdOrMemberEpoch: generationId,
    topics: [{ name: 'alpha', partitions }],
  })
  await client.close()
  assert.equal(response.topics[0]?.partitions[0]?.errorCode, ErrorCode.NONE)
}

/** The committed offset, once the group is loaded. */
async function fetch(port: number): Promise<bigint | undefined> {
  const client = await RawClient.connect(port)
  for (;;) {
    const { groups } = await client.send(OffsetFetch, 8, { groups: [{ groupId, topics: null }] })
    if (groups[0]?.errorCode === ErrorCode.NONE) {
      await client.close()
      return groups[0].topics[0]?.partitions[0]?.committedOffset
    }
    await delay(20)
  }
}
