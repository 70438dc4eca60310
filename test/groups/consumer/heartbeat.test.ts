import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ConsumerHarness, kindsOf } from '../support/consumer-harness.ts'

test('the first member of a group is assigned everything at once', () => {
  const harness = new ConsumerHarness()
  const told = harness.enter('a')
  assert.equal(told.errorCode, ErrorCode.NONE)
  assert.equal(told.memberEpoch, 2)
  assert.deepEqual(told.assigned, { foo: [0, 1, 2, 3, 4, 5] })
  assert.deepEqual(kindsOf(told.records), [
    'consumer-group-member',
    'consumer-group',
    'consumer-group-target-assignment-member',
    'consumer-group-target-assignment',
    'consumer-group-current-assignment',
  ])
  assert.equal(harness.consumerGroup().state, 'Stable')
})

test('a second member gets its part once the first has given it up', () => {
  const harness = new ConsumerHarness()
  harness.enter('a')
  const b = harness.enter('b')
  assert.deepEqual([b.memberEpoch, b.assigned], [3, {}])
  assert.equal(harness.consumerGroup().state, 'Reconciling')
  const a = harness.beat('a', 2, { owned: { foo: [0, 1, 2, 3, 4, 5] } })
  assert.deepEqual([a.memberEpoch, a.assigned], [2, { foo: [0, 1, 2] }])
  assert.deepEqual(harness.beat('b', 3).assigned, null)
  assert.deepEqual(harness.beat('a', 2, { owned: { foo: [0, 1, 2] } }).memberEpoch, 3)
  assert.deepEqual(harness.beat('b', 3).assigned, { foo: [3, 4, 5] })
  assert.equal(harness.consumerGroup().state, 'Stable')
  assert.deepEqual(harness.beat('a', 3).records, [])
})

test('a member that subscribes to nothing takes nothing from the others, though the group is to be assigned anew', () => {
  const harness = new ConsumerHarness()
  harness.enter('a', { serverAssignor: 'range' })
  harness.assignmentIntervalMs = 1000
  harness.enter('b', { serverAssignor: 'range' })
  harness.beat('b', -1)
  harness.assignmentIntervalMs = 0
  assert.equal(harness.consumerGroup().state, 'Assigning')
  harness.enter('c', { subscribedTopicNames: [] })
  const target = harness.consumerGroup().target
  assert.deepEqual([...target.of('a').values()], [[0, 1, 2, 3, 4, 5]])
  assert.deepEqual([...target.of('c').values()], [])
})
