import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PartitionReplication } from '../../src/replication/partition-replication.ts'

const local = 1
const term = (leaderEpoch: number, replicas: number[], isr: number[], minInSyncReplicas = 1) => ({
  leaderEpoch,
  replicas,
  isr,
  minInSyncReplicas,
})

test('a sole replica commits what it has written', () => {
  const replication = new PartitionReplication(local, 0)
  assert.equal(replication.becameLeader(term(0, [1], [1]), 0), false)
  assert.equal(replication.appended(7), true)
  assert.equal(replication.highWatermark, 7)
})

test('a sole replica that restarts commits everything its log holds', () => {
  const replication = new PartitionReplication(local, 3)
  assert.equal(replication.becameLeader(term(4, [1], [1]), 10), true)
  assert.equal(replication.highWatermark, 10)
  assert.equal(replication.epochStartOffset, 10)
})

test('min.insync.replicas above the number of replicas counts as all of them', () => {
  const replication = new PartitionReplication(local, 0)
  replication.becameLeader(term(0, [1], [1], 2), 0)
  assert.equal(replication.hasEnoughReplicas, true)
  assert.equal(replication.appended(1), true)
})

test('below min.insync.replicas nothing is committed and acks=all is refused', () => {
  const replication = new PartitionReplication(local, 0)
  replication.becameLeader(term(0, [1, 2, 3], [1], 2), 0)
  assert.equal(replication.hasEnoughReplicas, false)
  assert.equal(replication.appended(5), false)
  assert.equal(replication.highWatermark, 0)
  assert.equal(replication.becameLeader(term(0, [1, 2, 3], [1], 1), 5), true)
  assert.equal(replication.highWatermark, 5)
})

test('a replica outside the assignment counts for nothing', () => {
  const replication = new PartitionReplication(local, 0)
  replication.becameLeader(term(0, [1, 2], [1, 2]), 0)
  replication.appended(4)
  assert.equal(replication.fetched(9, 4), false)
  assert.equal(replication.highWatermark, 0)
})

type Step =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'fetch'; readonly replica: number; readonly share: number }
  | { readonly kind: 'isr'; readonly isr: readonly number[]; readonly minInSync: number }
  | { readonly kind: 'elect' }
  | { readonly kind: 'resign' }

const replicas = [1, 2, 3]
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({
      kind: fc.constant('fetch' as const),
      replica: fc.constantFrom(2, 3),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('isr' as const),
      isr: fc.subarray([2, 3]).map(others => [local, ...others]),
      minInSync: fc.integer({ min: 1, max: 4 }),
    }),
    fc.constant({ kind: 'elect' as const }),
    fc.constant({ kind: 'resign' as const }),
  ),
  { maxLength: 60 },
)

test('the high watermark is what every in-sync replica has, and never goes back', () => {
  fc.assert(
    fc.property(steps, (list: readonly Step[]) => {
      const replication = new PartitionReplication(local, 0)
      let epoch = 0
      let current = term(epoch, replicas, [local])
      let logEndOffset = 0
      let ends = new Map<number, number>()
      let expected = 0
      replication.becameLeader(current, 0)
      let leads = true
      for (const step of list) {
        const before = replication.highWatermark
        let advanced = false
        if (step.kind === 'elect') {
          current = { ...current, leaderEpoch: ++epoch }
          ends = new Map()
          leads = true
          advanced = replication.becameLeader(current, logEndOffset)
        } else if (step.kind === 'resign') {
          leads = false
          replication.resigned()
        } else if (!leads) {
          continue
        } else if (step.kind === 'append') {
          logEndOffset += step.count
          advanced = replication.appended(logEndOffset)
        } else if (step.kind === 'fetch') {
          const offset = Math.floor(step.share * logEndOffset)
          ends.set(step.replica, offset)
          advanced = replication.fetched(step.replica, offset)
        } else {
          current = { ...current, isr: [...step.isr], minInSyncReplicas: step.minInSync }
          advanced = replication.becameLeader(current, logEndOffset)
        }
        const isEnough = current.isr.length >= Math.min(current.minInSyncReplicas, replicas.length)
        if (leads && isEnough) {
          const held = current.isr.map(replica => (replica === local ? logEndOffset : (ends.get(replica) ?? -1)))
          expected = Math.max(expected, Math.min(...held))
        }
        assert.equal(replication.highWatermark, expected)
        assert.equal(advanced, expected > before)
        assert.equal(replication.isLeader, leads)
      }
    }),
  )
})
