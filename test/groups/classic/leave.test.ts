import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { GroupHarness } from '../support/group-harness.ts'

describe('LeaveGroup', () => {
  test('of several members rebalances once, and answers for each', () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 3)
    const codes = harness.leave('g', { memberId: ids[1]! }, { memberId: 'x' }, { memberId: ids[2]! })
    assert.deepEqual(codes, [ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.NONE])
    assert.equal(harness.heartbeat('g', ids[0]!, generationId), ErrorCode.REBALANCE_IN_PROGRESS)
    assert.equal(harness.join('g', { memberId: ids[0]! }).response.generationId, generationId + 1)
  })

  test('of the last member leaves an empty group of the next generation, and writes that', () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 2)
    harness.leave('g', { memberId: ids[0]! }, { memberId: ids[1]! })
    assert.equal(harness.group().state, 'Empty')
    const record = harness.records.at(-1)
    assert.ok(record?.kind === 'group-metadata' && record.value !== null)
    assert.deepEqual(record.value.members, [])
    assert.equal(record.value.generationId, generationId + 1)
    assert.equal(record.value.protocolType, 'consumer')
    assert.equal(record.value.protocolName, null)
    assert.equal(record.value.leaderId, null)
  })

  test('of a pending member lets the others go on', () => {
    const harness = new GroupHarness()
    const { ids } = harness.stableGroup('g', 1)
    const { memberId } = harness.join('g').response
    const leader = harness.join('g', { memberId: ids[0]! })
    assert.equal(leader.isAnswered, false)
    assert.deepEqual(harness.leave('g', { memberId }), [ErrorCode.NONE])
    assert.equal(leader.response.generationId, 2)
  })

  test('of a member whose JoinGroup is parked answers that, too', () => {
    const harness = new GroupHarness()
    harness.stableGroup('g', 1)
    const { memberId, joined } = harness.joinDynamic('g')
    harness.leave('g', { memberId })
    assert.equal(joined.response.errorCode, ErrorCode.UNKNOWN_MEMBER_ID)
  })
})
