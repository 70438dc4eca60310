import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { startTestBroker } from '../../support/test-broker.ts'

/** A segment ends with every millisecond, and is compacted at once. */
const eager = {
  'offsets.topic.num.partitions': '1',
  'log.roll.ms': '1',
  'log.cleaner.backoff.ms': '5',
  'log.cleaner.min.cleanable.ratio': '0.01',
}
const commits = 60

test('the coordinator knows every group again from a compacted __consumer_offsets', async t => {
  const broker = await startTestBroker(t, eager)
  await broker.createTopic('t')
  let client = await broker.connect()
  await client.send(FindCoordinator, 6, { keyType: 0, coordinatorKeys: ['g'] })
  for (let offset = 1; offset <= commits; offset++) {
    await commit(client, 'g', BigInt(offset))
    if (offset <= 5) await commit(client, 'early', BigInt(offset))
  }
  const checkpoint = join(broker.directory, 'cleaner-offset-checkpoint')
  // What came last lies in the active segment, which no cleaner touches: a commit in another millisecond seals it.
  const lastCommitMs = Date.now()
  await until(() => Date.now() > lastCommitMs + 1)
  await commit(client, 'late', 1n)
  await until(() => cleanedOffset(checkpoint) >= commits)
  await broker.restart()
  assert(cleanedOffset(checkpoint) >= commits, 'the checkpoint outlives the restart')
  client = await broker.connect()
  assert.equal(await committed(client, 'g'), BigInt(commits))
  assert.equal(await committed(client, 'early'), 5n)
  await commit(client, 'g', 1000n)
  assert.equal(await committed(client, 'g'), 1000n)
})

/** Up to where the one partition of `__consumer_offsets` is compacted. */
function cleanedOffset(checkpoint: string): number {
  try {
    return Number(/^__consumer_offsets 0 (\d+)$/m.exec(readFileSync(checkpoint, 'utf8'))?.[1] ?? -1)
  } catch {
    return -1
  }
}

async function commit(client: RawClient, groupId: string, committedOffset: bigint): Promise<void> {
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: '' }] }]
  await until(async () => {
    const answer = await client.send(OffsetCommit, 8, { groupId, memberId: '', topics })
    return answer.topics[0]?.partitions[0]?.errorCode === ErrorCode.NONE
  })
}

async function committed(client: RawClient, groupId: string): Promise<bigint | undefined> {
  let offset: bigint | undefined
  await until(async () => {
    const topics = [{ name: 't', partitionIndexes: [0] }]
    const { groups } = await client.send(OffsetFetch, 8, { groups: [{ groupId, topics }] })
    offset = groups[0]?.topics[0]?.partitions[0]?.committedOffset
    return groups[0]?.errorCode === ErrorCode.NONE
  })
  return offset
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5)
}
