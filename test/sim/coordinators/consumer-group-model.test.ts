import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvariantViolation } from '../../../src/sim/checker.ts'
import { Seed } from '../../../src/sim/seed.ts'
import { ConsumerGroupModel } from './consumer-group-model.ts'
import { World } from './world.ts'

const rebalanceTimeoutMs = 10_000

/** Partition `t-0` is `old`'s from second 0 on. */
class Course {
  readonly #world = new World({ seed: new Seed(1), isTraced: false, isCompacting: false, properties: {} })
  readonly model = new ConsumerGroupModel('g', this.#world)

  constructor() {
    for (const member of ['old', 'new']) this.model.joined(member, null, rebalanceTimeoutMs)
    this.answered(0)
    this.model.gains('old', 1, 't-0')
  }

  at(ms: number): void {
    this.#world.time.schedule(ms - this.#world.nowMs, () => {})
    this.#world.time.advance()
    assert.equal(this.#world.nowMs, ms)
  }

  /** A heartbeat of the owner whose answer is lost. */
  lost(ms: number): void {
    this.at(ms)
    this.model.sends('old')
  }

  answered(ms: number, { isAskedBack = false } = {}): void {
    this.lost(ms)
    this.model.heard('old', ms, isAskedBack)
  }

  givenOn(ms: number): () => void {
    this.at(ms)
    return () => this.model.gains('new', 2, 't-0')
  }
}

describe('the model of a consumer group lets a partition be given on', () => {
  test('not while its owner is heard of and was not asked for it', () => {
    const course = new Course()
    course.answered(9000)
    assert.throws(course.givenOn(14_999), InvariantViolation)
  })

  test('once its owner was not heard of for its session', () => {
    const course = new Course()
    course.answered(9000)
    assert.doesNotThrow(course.givenOn(15_000))
  })

  test('once its owner, asked for it, was heard of for its rebalance timeout and still has it, and no sooner', () => {
    for (const [givenMs, isEarly] of [
      [18_999, true],
      [19_000, false],
    ] as const) {
      const course = new Course()
      course.answered(9000, { isAskedBack: true })
      course.answered(15_000, { isAskedBack: true })
      if (isEarly) assert.throws(course.givenOn(givenMs), InvariantViolation)
      else assert.doesNotThrow(course.givenOn(givenMs))
    }
  })

  test('by the rebalance timeout of a heartbeat whose answer was lost, if the next one answered asks for it', () => {
    for (const [givenMs, isEarly] of [
      [18_999, true],
      [19_000, false],
    ] as const) {
      const course = new Course()
      course.lost(9000)
      course.lost(12_000)
      course.answered(15_000, { isAskedBack: true })
      if (isEarly) assert.throws(course.givenOn(givenMs), InvariantViolation)
      else assert.doesNotThrow(course.givenOn(givenMs))
    }
  })

  test('not by the time of a lost answer, if the next one does not ask for it', () => {
    const course = new Course()
    course.lost(9000)
    course.answered(15_000)
    course.answered(18_000, { isAskedBack: true })
    assert.throws(course.givenOn(19_000), InvariantViolation)
  })

  test('though its owner let go of another one, while nobody has heard that', () => {
    const course = new Course()
    course.model.gains('old', 1, 't-1')
    course.answered(9000, { isAskedBack: true })
    course.answered(17_000, { isAskedBack: true })
    course.model.letsGo('old', ['t-1'])
    course.lost(18_000)
    assert.doesNotThrow(course.givenOn(19_000))
  })

  test('by a new rebalance timeout, once it was heard that its owner let go of what was asked for first', () => {
    const course = new Course()
    course.model.gains('old', 1, 't-1')
    course.answered(9000, { isAskedBack: true })
    course.model.letsGo('old', ['t-1'])
    course.answered(17_000, { isAskedBack: true })
    assert.throws(course.givenOn(22_999), InvariantViolation)
  })
})
