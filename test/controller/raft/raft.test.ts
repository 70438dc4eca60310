import assert from 'node:assert/strict'
import test from 'node:test'
import { type ElectionState, Raft } from '../../../src/controller/raft/raft.ts'

function elected(raft: Raft, state: ElectionState | undefined, logEndOffset: number, logEndEpoch: number) {
  const vote = raft.step({ type: 'started', state, logEndOffset, logEndEpoch })
  assert.ok(vote.persist)
  const leadership = raft.step({ type: 'persisted', state: vote.persist })
  assert.ok(leadership.persist)
  return {
    vote: vote.persist,
    leadership: leadership.persist,
    effects: raft.step({ type: 'persisted', state: leadership.persist }),
  }
}

test('a lone voter votes for itself, and leads once vote and leadership are on disk', () => {
  const raft = new Raft(1)
  const { vote, leadership, effects } = elected(raft, undefined, 0, -1)
  assert.deepEqual(vote, { leaderId: -1, leaderEpoch: 1, votedId: 1 })
  assert.deepEqual(leadership, { leaderId: 1, leaderEpoch: 1, votedId: -1 })
  assert.deepEqual(effects, { lead: { epoch: 1 } })
  assert.equal(raft.leaderId, 1)
})

test('nothing is led before both are persisted', () => {
  const raft = new Raft(1)
  const { persist, lead } = raft.step({ type: 'started', state: undefined, logEndOffset: 0, logEndEpoch: -1 })
  assert.equal(lead, undefined)
  assert.ok(persist)
  assert.equal(raft.leaderId, -1)
  assert.equal(raft.step({ type: 'persisted', state: persist }).lead, undefined)
  assert.equal(raft.leaderId, -1)
})

test('a restart begins an epoch above the one persisted and the last in the log', () => {
  for (const [persistedEpoch, logEndEpoch, epoch] of [
    [3, 3, 4],
    [5, 3, 6],
    [2, 7, 8],
  ] as const) {
    const raft = new Raft(1)
    elected(raft, { leaderId: 1, leaderEpoch: persistedEpoch, votedId: -1 }, 10, logEndEpoch)
    assert.equal(raft.epoch, epoch)
  }
})

test('older records commit only with the first batch of the leader’s own epoch (Raft §5.4.2)', () => {
  const raft = new Raft(1)
  elected(raft, { leaderId: 1, leaderEpoch: 1, votedId: -1 }, 10, 1)
  assert.deepEqual(raft.step({ type: 'flushed', endOffset: 10 }), {})
  assert.equal(raft.highWatermark, -1)
  assert.deepEqual(raft.step({ type: 'flushed', endOffset: 11 }), { highWatermark: 11 })
  assert.deepEqual(raft.step({ type: 'flushed', endOffset: 11 }), {})
  assert.deepEqual(raft.step({ type: 'flushed', endOffset: 15 }), { highWatermark: 15 })
  assert.equal(raft.highWatermark, 15)
})

test('after its shutdown a leader commits nothing', () => {
  const raft = new Raft(1)
  elected(raft, undefined, 0, -1)
  raft.step({ type: 'shutdown' })
  assert.deepEqual(raft.step({ type: 'flushed', endOffset: 1 }), {})
  assert.equal(raft.leaderId, -1)
})

test('a state that was not asked for is a bug', () => {
  const raft = new Raft(1)
  raft.step({ type: 'started', state: undefined, logEndOffset: 0, logEndEpoch: -1 })
  assert.throws(() => raft.step({ type: 'persisted', state: { leaderId: -1, leaderEpoch: 9, votedId: 1 } }))
})
