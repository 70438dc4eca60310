import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvariantViolation } from '../../../src/sim/checker.ts'
import { Seed } from '../../../src/sim/seed.ts'
import type { Membership } from './committing-group.ts'
import { MigratingGroupModel } from './migrating-group-model.ts'
import { World } from './world.ts'

const rebalanceTimeoutMs = 10_000
const partition = 't-0'

/** `old` and `new` speak the classic protocol, `modern` the consumer protocol; `old` has the partition from second 0 on. */
class Course {
  readonly #world = new World({ seed: new Seed(1), isTraced: false, isCompacting: false, properties: {} })
  readonly model = new MigratingGroupModel('g', this.#world)

  constructor() {
    this.model.joined('modern', null, rebalanceTimeoutMs)
    this.isHeard('modern', 1)
    this.#assigned('old', 1)
  }

  at(ms: number): this {
    this.#world.time.schedule(ms - this.#world.nowMs, () => {})
    this.#world.time.advance()
    return this
  }

  isHeard(key: string, epoch: number): void {
    this.model.heard(key, this.#world.nowMs, false, epoch)
  }

  #assigned(memberId: string, generation: number): void {
    const member = membership(memberId, generation)
    this.model.admitted(member, rebalanceTimeoutMs, this.#world.nowMs)
    this.model.assigned(member, '', [partition])
  }

  /** The last one of the consumer protocol leaves. */
  downgraded(): this {
    this.model.goes('modern')
    return this.at(this.#world.nowMs + 100)
  }

  givenToClassic(generation: number): void {
    this.#assigned('new', generation)
  }

  givenToModern(epoch: number): void {
    this.isHeard('modern', epoch)
    this.model.gains('modern', epoch, partition)
  }
}

function membership(memberId: string, generation: number, instanceId: string | null = null): Membership {
  return { memberId, instanceId, generation, joinedMs: 0, admittedMs: 0 }
}

describe('the model of a migrating group', () => {
  test('has one owner at a time while somebody speaks the consumer protocol', () => {
    assert.throws(() => new Course().at(1000).givenToClassic(2), InvariantViolation)
    assert.throws(() => new Course().at(1000).givenToModern(2), InvariantViolation)
  })

  test('lets a partition be given on when its owner joins again, or was not heard of for its session', () => {
    const joining = new Course().at(1000)
    joining.model.joins(membership('old', 1))
    assert.doesNotThrow(() => joining.givenToClassic(2))
    const silent = new Course().at(6000)
    assert.doesNotThrow(() => silent.givenToModern(2))
  })

  test('hears nothing of what a member is told late, whose place has been taken', () => {
    const course = new Course()
    const first = membership('first', 1, 'i')
    course.model.admitted(first, rebalanceTimeoutMs, 0)
    course.at(1000).model.joined('second', 'i', rebalanceTimeoutMs)
    course.isHeard('second', 1)
    course.model.gains('second', 1, 't-1')
    course.at(1100).model.assigned(first, '', ['t-1'])
    assert.doesNotThrow(course.model.expectCommit(membership('second', 1, 'i'), 't-1'))
    assert.throws(course.model.expectCommit(first, 't-1'), InvariantViolation)
  })

  test('knows since when a member has a partition that it still works on when it joins again', () => {
    const course = new Course().at(6000)
    course.givenToClassic(2)
    course.at(20_000).givenToModern(3)
    course.model.joined('modern', null, rebalanceTimeoutMs)
    assert.doesNotThrow(course.model.expectCommit(membership('modern', 3), partition))
  })

  test('may have a second owner of a later generation once it may have been downgraded', () => {
    const course = new Course().at(1000).downgraded()
    assert.doesNotThrow(() => course.givenToClassic(2))
  })

  test('never has two owners in one generation', () => {
    const course = new Course().at(1000).downgraded()
    assert.throws(() => course.givenToClassic(1), InvariantViolation)
  })

  test('knows a downgrade from the moment at which nobody speaks the consumer protocol', () => {
    const back = new Course().at(1000).downgraded()
    back.model.joined('modern', null, rebalanceTimeoutMs)
    assert.doesNotThrow(() => back.givenToModern(2))
    const accompanied = new Course().at(500)
    accompanied.model.joined('another', null, rebalanceTimeoutMs)
    accompanied.isHeard('another', 1)
    accompanied.at(1000).downgraded()
    assert.throws(() => accompanied.givenToClassic(2), InvariantViolation)
  })

  test('takes no commit from an owner that was overtaken', () => {
    const course = new Course().at(1000).downgraded()
    course.givenToClassic(2)
    assert.throws(course.at(1500).model.expectCommit(membership('old', 1), partition), InvariantViolation)
    assert.doesNotThrow(course.model.expectCommit(membership('new', 2), partition))
  })
})
