import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MemberState } from '../../../src/groups/consumer/member-state.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ConsumerHarness, kindsOf, type Said, type Told } from '../support/consumer-harness.ts'

/** A member in each state, in a group of which `foo` with its six partitions is all there is to assign. */
interface Situation {
  readonly harness: ConsumerHarness
  readonly memberId: string
  readonly epoch: number
  /** What it was given, and may say it owns. */
  readonly given: readonly number[]
  /** The same with what it is still to give up. */
  readonly held: readonly number[]
  readonly instanceId?: string
}

const all = [0, 1, 2, 3, 4, 5]

const situations: Readonly<Record<string, () => Situation>> = {
  'is none': () => ({ ...stable(), memberId: 'x', given: [], held: [] }),
  STABLE: stable,
  UNREVOKED: () => {
    const harness = new ConsumerHarness()
    harness.enter('a')
    harness.enter('b')
    harness.beat('a', 2, { owned: { foo: all } })
    return { harness, memberId: 'a', epoch: 2, given: [0, 1, 2], held: all }
  },
  UNRELEASED: () => {
    const harness = new ConsumerHarness()
    harness.enter('b')
    harness.enter('a')
    return { harness, memberId: 'a', epoch: 3, given: [], held: [] }
  },
  'left for a while': () => {
    const harness = new ConsumerHarness()
    harness.enter('a', { instanceId: 'i' })
    harness.beat('a', -2, { instanceId: 'i' })
    return { harness, memberId: 'a', epoch: 2, given: all, held: all, instanceId: 'i' }
  },
  'of a later version': () => {
    const situation = stable()
    const { harness } = situation
    const member = harness.consumerGroup().member('b')!
    const value = { ...member, state: 99 }
    const record = { kind: 'consumer-group-current-assignment', groupId: 'g', memberId: 'b', value } as const
    harness.carryOut({ records: [record], response: undefined })
    return situation
  },
}

function stable(): Situation {
  const harness = new ConsumerHarness()
  harness.enter('b')
  harness.enter('a')
  harness.beat('b', 2, { owned: { foo: all } })
  harness.beat('b', 2, { owned: { foo: [0, 1, 2] } })
  harness.beat('a', 3)
  return { harness, memberId: 'b', epoch: 3, given: [0, 1, 2], held: [0, 1, 2] }
}

const beat =
  (said: (situation: Situation) => Said & { readonly epoch?: number }) =>
  (situation: Situation): Told => {
    const { harness, memberId, epoch, instanceId = null } = situation
    const { epoch: saidEpoch = epoch, ...more } = said(situation)
    return harness.beat(memberId, saidEpoch, { instanceId, ...more })
  }

const nothingTold: Told = { errorCode: 0, errorMessage: null, memberEpoch: 0, assigned: null, records: [] }

/** Time passes: what is written then is what it comes to. */
const wait =
  (ms: number) =>
  ({ harness }: Situation): Told => {
    const before = harness.records.length
    harness.advance(ms)
    return { ...nothingTold, records: harness.records.slice(before).map(record => record!) }
  }

/** Everybody else stays alive; the member does what it does every five seconds. */
const passing =
  (ms: number, act: (situation: Situation) => unknown) =>
  (situation: Situation): Told => {
    const { harness, memberId } = situation
    const records: Told['records'][number][] = []
    for (let passed = 0; passed < ms; passed += 5000) {
      for (const other of [...harness.consumerGroup().members.values()]) {
        if (other.memberId !== memberId && other.memberEpoch > 0) harness.beat(other.memberId, other.memberEpoch)
      }
      act(situation)
      records.push(...wait(5000)(situation).records)
    }
    return { ...nothingTold, records }
  }

const events: Readonly<Record<string, (situation: Situation) => Told>> = {
  'has nothing to say': beat(() => ({})),
  'owns what it was given': beat(({ given }) => ({ owned: { foo: given } })),
  'owns also what it is to give up': beat(({ held }) => ({ owned: { foo: held } })),
  'says everything': beat(({ given }) => ({
    owned: { foo: given },
    rebalanceTimeoutMs: 60_000,
    subscribedTopicNames: ['foo'],
  })),
  'is one epoch behind, with no more than it was given': beat(({ epoch, given }) => ({
    epoch: epoch - 1,
    owned: { foo: given },
  })),
  'is one epoch behind, with something else': beat(({ epoch }) => ({ epoch: epoch - 1, owned: { bar: [9] } })),
  'is one epoch ahead': beat(({ epoch }) => ({ epoch: epoch + 1 })),
  'joins again': beat(() => ({ epoch: 0, rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['foo'], owned: {} })),
  'subscribes to something else': beat(({ held }) => ({ subscribedTopicNames: ['bar'], owned: { foo: held } })),
  leaves: beat(() => ({ epoch: -1 })),
  'leaves for a while': beat(() => ({ epoch: -2 })),
  'has a group whose topic has grown': situation => {
    situation.harness.changeTopics({ foo: 8 })
    return beat(({ given }) => ({ owned: { foo: given } }))(situation)
  },
  'has a group whose topic is gone': situation => {
    situation.harness.changeTopics({})
    return beat(({ held }) => ({ owned: { foo: held } }))(situation)
  },
  'is silent for longer than its session': passing(45_000, () => {}),
  'says nothing of what it owns for longer than the rebalance timeout': passing(
    60_000,
    beat(() => ({})),
  ),
}

const stateNames = new Map<number, string>(Object.entries(MemberState).map(([name, value]) => [value, name]))
const errorNames = new Map<number, string>(Object.entries(ErrorCode).map(([name, value]) => [value, name]))

function outcome(event: (situation: Situation) => Told, situation: Situation): string {
  const told = event(situation)
  const group = situation.harness.shard.groups.consumer('g')
  const member = group?.member(situation.memberId)
  const records = kindsOf(told.records).map(kind =>
    kind.replace('consumer-group-', '').replace('consumer-group', 'epoch'),
  )
  const answer = told.errorCode === 0 ? `${told.memberEpoch}` : (errorNames.get(told.errorCode) ?? '?')
  const assigned = told.assigned === null ? '' : ` ${JSON.stringify(told.assigned)}`
  const after = member === undefined ? 'none' : `${stateNames.get(member.state)}@${member.memberEpoch}`
  return `${answer}${assigned} | ${records.join(', ')} | ${after}`
}

/** For each event, in the order of the situations: answer and assignment, records written, and the member then. */
const table: Readonly<Record<string, readonly string[]>> = {
  'has nothing to say': [
    'UNKNOWN_MEMBER_ID |  | none',
    '3 |  | STABLE@3',
    '2 |  | UNREVOKED_PARTITIONS@2',
    '3 | current-assignment | UNRELEASED_PARTITIONS@3',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'owns what it was given': [
    'UNKNOWN_MEMBER_ID |  | none',
    '3 |  | STABLE@3',
    '3 | current-assignment | STABLE@3',
    '3 | current-assignment | UNRELEASED_PARTITIONS@3',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'owns also what it is to give up': [
    'UNKNOWN_MEMBER_ID |  | none',
    '3 |  | STABLE@3',
    '2 |  | UNREVOKED_PARTITIONS@2',
    '3 | current-assignment | UNRELEASED_PARTITIONS@3',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'says everything': [
    'UNKNOWN_MEMBER_ID |  | none',
    '3 {"foo":[0,1,2]} |  | STABLE@3',
    '3 {"foo":[0,1,2]} | current-assignment | STABLE@3',
    '3 {} | current-assignment | UNRELEASED_PARTITIONS@3',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'is one epoch behind, with no more than it was given': [
    'UNKNOWN_MEMBER_ID |  | none',
    '3 |  | STABLE@3',
    'FENCED_MEMBER_EPOCH |  | UNREVOKED_PARTITIONS@2',
    'FENCED_MEMBER_EPOCH |  | UNRELEASED_PARTITIONS@3',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'is one epoch behind, with something else': [
    'UNKNOWN_MEMBER_ID |  | none',
    'FENCED_MEMBER_EPOCH |  | STABLE@3',
    'FENCED_MEMBER_EPOCH |  | UNREVOKED_PARTITIONS@2',
    'FENCED_MEMBER_EPOCH |  | UNRELEASED_PARTITIONS@3',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'is one epoch ahead': [
    'UNKNOWN_MEMBER_ID |  | none',
    'FENCED_MEMBER_EPOCH |  | STABLE@3',
    'FENCED_MEMBER_EPOCH |  | UNREVOKED_PARTITIONS@2',
    'FENCED_MEMBER_EPOCH |  | UNRELEASED_PARTITIONS@3',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'joins again': [
    '4 {} | member, epoch, target-assignment-member, target-assignment-member, target-assignment-member, target-assignment, current-assignment | UNRELEASED_PARTITIONS@4',
    '3 {"foo":[0,1,2]} |  | STABLE@3',
    '3 {"foo":[0,1,2]} | current-assignment | STABLE@3',
    '3 {} | current-assignment | UNRELEASED_PARTITIONS@3',
    '2 {"foo":[0,1,2,3,4,5]} | current-assignment tombstone, target-assignment-member tombstone, member tombstone, member, target-assignment-member, current-assignment, current-assignment | STABLE@2',
    '3 {"foo":[0,1,2]} | current-assignment | STABLE@3',
  ],
  'subscribes to something else': [
    'UNKNOWN_MEMBER_ID |  | none',
    '3 {} | member, epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | UNREVOKED_PARTITIONS@3',
    '2 {} | member, epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | UNREVOKED_PARTITIONS@2',
    '4 | member, epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | STABLE@4',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  leaves: [
    'UNKNOWN_MEMBER_ID |  | none',
    '-1 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '-1 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '-1 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '-1 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '-1 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
  ],
  'leaves for a while': [
    'UNKNOWN_MEMBER_ID |  | none',
    '-2 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '-2 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '-2 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '-2 | current-assignment | STABLE@-2',
    '-2 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
  ],
  'has a group whose topic has grown': [
    'UNKNOWN_MEMBER_ID |  | none',
    '4 {"foo":[0,1,2,7]} | epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | STABLE@4',
    '4 {"foo":[0,1,2,6]} | epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | STABLE@4',
    '4 {"foo":[6]} | epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | UNRELEASED_PARTITIONS@4',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'has a group whose topic is gone': [
    'UNKNOWN_MEMBER_ID |  | none',
    '3 {} | epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | UNREVOKED_PARTITIONS@3',
    '2 | epoch, target-assignment-member, target-assignment-member, target-assignment | UNREVOKED_PARTITIONS@2',
    '4 | epoch, target-assignment-member, target-assignment-member, target-assignment, current-assignment | STABLE@4',
    'FENCED_MEMBER_EPOCH |  | STABLE@-2',
    'FENCED_MEMBER_EPOCH |  | UNKNOWN@3',
  ],
  'is silent for longer than its session': [
    '0 |  | none',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
  ],
  'says nothing of what it owns for longer than the rebalance timeout': [
    '0 |  | none',
    '0 |  | STABLE@3',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | UNRELEASED_PARTITIONS@3',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
    '0 | current-assignment tombstone, target-assignment-member tombstone, member tombstone, epoch | none',
  ],
}

describe('a member of a consumer group', () => {
  test('every event is decided in every state', () => {
    assert.deepEqual(Object.keys(table), Object.keys(events))
    for (const rows of Object.values(table)) assert.equal(rows.length, Object.keys(situations).length)
  })

  for (const [eventName, event] of Object.entries(events)) {
    for (const [index, [state, situation]] of Object.entries(situations).entries()) {
      test(`that ${state === 'is none' ? state : `is ${state}`} and ${eventName}`, () => {
        assert.equal(outcome(event, situation()), table[eventName]?.[index])
      })
    }
  }
})
