import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ConsumerHarness } from '../support/consumer-harness.ts'
import { subscription } from '../support/group-harness.ts'

const protocols = { range: subscription('foo') }

function classicGroup(harness: ConsumerHarness): string {
  const joined = harness.join('g', { apiVersion: 3, protocols })
  harness.advance(harness.config.initialRebalanceDelayMs)
  const { memberId = '', generationId = -1 } = joined.response
  harness.sync('g', memberId, generationId)
  return memberId
}

describe('group.consumer.max.size', () => {
  test('turns away who is one too many, but no member and nobody who takes a static place', () => {
    const harness = new ConsumerHarness({ foo: 6 }, { consumerGroupSizeMax: 2 })
    harness.enter('a', { instanceId: 'i' })
    harness.enter('b')
    const told = harness.enter('c')
    assert.equal(told.errorCode, ErrorCode.GROUP_MAX_SIZE_REACHED)
    assert.equal(told.errorMessage, 'The consumer group has reached its maximum capacity of 2 members.')
    assert.equal(harness.enter('b').errorCode, ErrorCode.NONE)
    assert.equal(harness.join('g', { apiVersion: 3, protocols }).response.errorCode, ErrorCode.GROUP_MAX_SIZE_REACHED)
    harness.beat('a', -2, { instanceId: 'i' })
    assert.equal(harness.enter('c', { instanceId: 'i' }).errorCode, ErrorCode.NONE)
  })

  test('keeps a larger classic group classic', () => {
    const harness = new ConsumerHarness({ foo: 6 }, { consumerGroupSizeMax: 0 })
    classicGroup(harness)
    assert.match(harness.enter('a').errorMessage ?? '', /the group size exceeds the consumer group maximum size/)
    assert.equal(harness.group().state, 'Stable')
  })
})

describe('group.consumer.migration.policy', () => {
  for (const migrationPolicy of ['disabled', 'downgrade'] as const) {
    test(`${migrationPolicy}: no classic group becomes a consumer group`, () => {
      const harness = new ConsumerHarness({ foo: 6 }, { migrationPolicy })
      classicGroup(harness)
      const told = harness.enter('a')
      assert.equal(told.errorCode, ErrorCode.GROUP_ID_NOT_FOUND)
      assert.match(told.errorMessage ?? '', /because online upgrade is disabled/)
      assert.equal(harness.group().state, 'Stable')
    })
  }

  test('disabled: members of the classic protocol cannot join a consumer group, but take an empty one over', () => {
    const harness = new ConsumerHarness({ foo: 6 }, { migrationPolicy: 'disabled' })
    harness.enter('a')
    const refused = harness.join('g', { apiVersion: 3, protocols }).response.errorCode
    assert.equal(refused, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    harness.beat('a', -1)
    harness.join('g', { apiVersion: 3, protocols })
    assert.equal(harness.group().state, 'PreparingRebalance')
  })

  for (const migrationPolicy of ['disabled', 'upgrade'] as const) {
    test(`${migrationPolicy}: a consumer group stays one when only classic members are left`, () => {
      const harness = new ConsumerHarness({ foo: 6 })
      harness.enter('a')
      harness.join('g', { apiVersion: 3, protocols })
      harness.restart({ migrationPolicy })
      harness.beat('a', -1)
      assert.equal(harness.consumerGroup().classicMemberCount, 1)
    })
  }

  for (const migrationPolicy of ['downgrade', 'bidirectional'] as const) {
    test(`${migrationPolicy}: a consumer group with only classic members left becomes a classic group that rebalances`, () => {
      const harness = new ConsumerHarness({ foo: 6 }, { migrationPolicy })
      harness.enter('a')
      harness.join('g', { apiVersion: 3, protocols })
      harness.beat('a', -1)
      harness.advance(0)
      assert.equal(harness.group().state, 'PreparingRebalance')
    })
  }

  test('a group too large for group.max.size stays a consumer group', () => {
    const harness = new ConsumerHarness({ foo: 6 }, { groupSizeMax: 0 })
    harness.enter('a')
    harness.join('g', { apiVersion: 3, protocols })
    harness.beat('a', -1)
    assert.equal(harness.consumerGroup().classicMemberCount, 1)
  })
})

describe('a conversion that the log refuses', () => {
  test('to a classic group leaves the consumer group as it was', () => {
    const harness = new ConsumerHarness()
    harness.enter('a')
    harness.join('g', { apiVersion: 3, protocols })
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    harness.beat('a', -1)
    harness.advance(0)
    assert.equal(harness.consumerGroup().members.size, 2)
    harness.appendErrorCode = 0
    assert.equal(harness.beat('a', 2).errorCode, ErrorCode.NONE)
  })

  test('of an empty consumer group leaves that', () => {
    const harness = new ConsumerHarness()
    harness.enter('a')
    harness.beat('a', -1)
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    const joined = harness.join('g', { apiVersion: 3, protocols })
    assert.equal(joined.response.errorCode, ErrorCode.COORDINATOR_NOT_AVAILABLE)
    assert.equal(harness.consumerGroup().state, 'Empty')
  })
})
