import { describe, test } from 'node:test'
import { Seed } from '../../src/sim/seed.ts'
import { baseSeed } from '../sim/base-seed.ts'
import { operationsOfSession, RandomSession } from './support/random-session.ts'

/** `npm run soak -- transactions` plays 100,000. */
const sessions = 300

describe('whatever fails, decisions stand, epochs do not go back, and every transaction ends', () => {
  test(`${sessions} sessions of ${operationsOfSession} operations`, () => {
    const base = baseSeed()
    for (let index = 0; index < sessions; index++) {
      const value = (base + index) >>> 0
      try {
        new RandomSession(new Seed(value)).run()
      } catch (cause) {
        throw new Error(`OTTLA_TEST_SEED=${value} shows it in the first session`, { cause })
      }
    }
  })
})
