import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { GroupOffsets } from '../../../src/groups/offsets/group-offsets.ts'
import type { TxnOffsetCommitRequest } from '../../../src/groups/offsets/txn-offset-commit.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { GroupHarness } from '../support/group-harness.ts'

const producerId = 77

function request(fields: Partial<TxnOffsetCommitRequest> = {}, metadata: string | null = 'm'): TxnOffsetCommitRequest {
  const partitions = [{ partitionIndex: 0, committedOffset: 5n, committedLeaderEpoch: 3, committedMetadata: metadata }]
  return {
    transactionalId: 'x',
    groupId: 'g',
    producerId,
    producerEpoch: 0,
    generationId: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [{ name: 't', partitions }],
    ...fields,
  }
}

/** As the runtime does it: what was decided is replayed with the producer's id. */
function commit(harness: GroupHarness, fields: Partial<TxnOffsetCommitRequest> = {}, metadata?: string | null): number {
  const { records, response } = harness.shard.commitTransactionalOffsets(request(fields, metadata), harness.now)
  for (const record of records) harness.shard.replay(record, harness.log.length + 100, producerId, harness.now)
  return response.topics[0]!.partitions[0]!.errorCode
}

describe('TxnOffsetCommit', () => {
  const { NONE, ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID } = ErrorCode
  type Member = 'none' | 'own' | 'other'
  /** Of a member of generation 1 where the group has one. */
  const rows: readonly [group: string, generationId: number, member: Member, instance: Member, errorCode: number][] = [
    ['absent', -1, 'none', 'none', NONE],
    ['absent', -1, 'other', 'none', NONE],
    ['absent', 0, 'none', 'none', ILLEGAL_GENERATION],
    ['absent', 7, 'other', 'other', ILLEGAL_GENERATION],
    ['simple', -1, 'none', 'none', NONE],
    ['simple', -1, 'other', 'other', NONE],
    ['simple', 0, 'none', 'none', UNKNOWN_MEMBER_ID],
    ['simple', 0, 'other', 'none', UNKNOWN_MEMBER_ID],
    ['stable', -1, 'none', 'none', NONE],
    ['stable', -1, 'own', 'none', ILLEGAL_GENERATION],
    ['stable', -1, 'other', 'none', UNKNOWN_MEMBER_ID],
    ['stable', 1, 'own', 'none', NONE],
    ['stable', 0, 'own', 'none', ILLEGAL_GENERATION],
    ['stable', 2, 'own', 'none', ILLEGAL_GENERATION],
    ['stable', 1, 'other', 'none', UNKNOWN_MEMBER_ID],
    ['stable', 1, 'none', 'none', UNKNOWN_MEMBER_ID],
    ['stable', 1, 'own', 'other', UNKNOWN_MEMBER_ID],
    ['static', 1, 'own', 'own', NONE],
    ['static', 2, 'own', 'own', ILLEGAL_GENERATION],
    ['static', 1, 'other', 'own', FENCED_INSTANCE_ID],
    ['static', -1, 'none', 'own', FENCED_INSTANCE_ID],
    ['rebalancing', 1, 'own', 'none', NONE],
    ['completing', 1, 'own', 'none', NONE],
  ]
  for (const [state, generationId, member, instance, errorCode] of rows) {
    test(`${state} group, generation ${generationId}, ${member} member, ${instance} instance: ${errorCode}`, () => {
      const harness = new GroupHarness()
      let own = 'nobody'
      if (state === 'simple') harness.commitOffsets('g', { t: 1n })
      if (state === 'stable' || state === 'rebalancing') own = harness.stableGroup('g', 1).ids[0]!
      if (state === 'rebalancing') harness.joinDynamic('g')
      if (state === 'static' || state === 'completing') {
        const groupInstanceId = state === 'static' ? 'i' : null
        own = groupInstanceId === null ? harness.joinDynamic('g').memberId : ''
        const joined = groupInstanceId === null ? undefined : harness.join('g', { groupInstanceId })
        harness.advance(3000)
        own = joined?.response.memberId ?? own
      }
      const memberId = { none: '', own, other: 'someone' }[member]
      const groupInstanceId = { none: null, own: 'i', other: 'j' }[instance]
      assert.equal(commit(harness, { generationId, memberId, groupInstanceId }), errorCode)
      const isPending = harness.shard.offsets.isPending('g', 't', 0)
      assert.equal(isPending, errorCode === NONE)
    })
  }

  test('writes what Kafka writes: no topic id, and nothing of a retention time', () => {
    const harness = new GroupHarness()
    const { records } = harness.shard.commitTransactionalOffsets(request({}, null), harness.now)
    assert.deepEqual(records, [
      {
        kind: 'offset-commit',
        groupId: 'g',
        topic: 't',
        partition: 0,
        value: {
          offset: 5n,
          leaderEpoch: 3,
          metadata: '',
          commitTimestampMs: harness.now.wallMs,
          expireTimestampMs: -1,
          topicId: ZERO_UUID,
        },
      },
    ])
  })

  test('takes metadata up to its limit', () => {
    const harness = new GroupHarness({ offsetMetadataLengthMax: 3 })
    assert.equal(commit(harness, {}, 'four'), ErrorCode.OFFSET_METADATA_TOO_LARGE)
    assert.equal(harness.shard.offsets.isPending('g', 't', 0), false)
    assert.equal(commit(harness, {}, 'abc'), ErrorCode.NONE)
  })

  test('does not keep a session going, as OffsetCommit does', () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 1)
    const [memberId] = ids
    for (let count = 0; count < 4 && harness.group().members.size > 0; count++) {
      assert.equal(commit(harness, { memberId: memberId!, generationId }), ErrorCode.NONE)
      harness.advance(9000)
    }
    assert.equal(harness.group().members.size, 0)
  })
})

/** What stands in a partition of `__consumer_offsets`, as far as one group's offsets go. */
type Entry =
  | { readonly kind: 'commit'; readonly key: number; readonly producer: number }
  | { readonly kind: 'tombstone'; readonly key: number }
  | { readonly kind: 'marker'; readonly producer: number; readonly outcome: 'commit' | 'abort' }

const keys = 3
const key = fc.nat(keys - 1)
const producer = fc.constantFrom(1, 2, 3)
const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('commit' as const), key, producer: fc.constantFrom(-1, 1, 2, 3) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tombstone' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('marker' as const),
      producer,
      outcome: fc.constantFrom('commit' as const, 'abort' as const),
    }),
  },
)

/** The offset at which each entry stands goes with it: compaction leaves gaps. */
type Log = readonly (readonly [offset: number, entry: Entry])[]

function replayed(log: Log): GroupOffsets {
  const offsets = new GroupOffsets()
  for (const [offset, one] of log) {
    if (one.kind === 'marker') offsets.replayTransactionEnd(one.producer, one.outcome)
    else {
      const value =
        one.kind === 'tombstone'
          ? null
          : {
              offset: BigInt(offset),
              leaderEpoch: -1,
              metadata: '',
              commitTimestampMs: 0,
              expireTimestampMs: -1,
              topicId: ZERO_UUID,
            }
      offsets.replay('g', 't', one.key, value, offset, one.kind === 'commit' ? one.producer : -1)
    }
  }
  return offsets
}

interface Fate {
  readonly isAborted: boolean
  readonly isPending: boolean
}

/** What became of the commit at `index` by the end of the log. */
function fateOf(log: Log, index: number): Fate {
  const [, one] = log[index]!
  if (one.kind !== 'commit' || one.producer < 0) return { isAborted: false, isPending: false }
  const marker = log.slice(index).find(([, other]) => other.kind === 'marker' && other.producer === one.producer)?.[1]
  return { isAborted: marker?.kind === 'marker' && marker.outcome === 'abort', isPending: marker === undefined }
}

/** By definition: of what is decided and not deleted since, the entry that stands last in the log. */
function expected(log: Log, wanted: number): { committed: bigint | undefined; isPending: boolean } {
  let committed: bigint | undefined
  let isPending = false
  for (const [index, [offset, one]] of log.entries()) {
    if (one.kind === 'marker' || one.key !== wanted) continue
    if (one.kind === 'tombstone') {
      committed = undefined
      isPending = false
      continue
    }
    const fate = fateOf(log, index)
    if (fate.isPending) isPending = true
    else if (!fate.isAborted) committed = BigInt(offset)
  }
  return { committed, isPending }
}

/** Of each key the last record that is not aborted stays, as the cleaner leaves it; so does every marker. */
function compacted(log: Log): Log {
  return log.filter(([, one], index) => {
    if (one.kind === 'marker') return true
    if (fateOf(log, index).isAborted) return false
    return !log.some(
      ([, other], later) =>
        later > index && other.kind !== 'marker' && other.key === one.key && !fateOf(log, later).isAborted,
    )
  })
}

describe('the offsets of a log', () => {
  const log = fc.array(entry, { maxLength: 25 }).map(entries => entries.map((one, offset) => [offset, one] as const))

  test('are those of the latest commit that counts, and pending where a transaction is open', () => {
    fc.assert(
      fc.property(log, entries => {
        const offsets = replayed(entries)
        for (let wanted = 0; wanted < keys; wanted++) {
          const { committed, isPending } = expected(entries, wanted)
          assert.equal(offsets.committed.get('g', 't', wanted)?.offset, committed)
          assert.equal(offsets.isPending('g', 't', wanted), isPending)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('are the same once it was compacted, where every transaction is over', () => {
    fc.assert(
      fc.property(log, entries => {
        const ends = [1, 2, 3].map(
          (one, index) => [entries.length + index, { kind: 'marker', producer: one, outcome: 'commit' }] as const,
        )
        const whole: Log = [...entries, ...ends]
        const before = replayed(whole)
        const after = replayed(compacted(whole))
        for (let wanted = 0; wanted < keys; wanted++) {
          assert.equal(after.committed.get('g', 't', wanted)?.offset, before.committed.get('g', 't', wanted)?.offset)
          assert.equal(after.isPending('g', 't', wanted), false)
        }
        assert.equal(after.hasPending('g'), false)
      }),
      { numRuns: 2000 },
    )
  })
})
