import { Seed } from '../../src/sim/seed.ts'
import { baseSeed } from '../sim/base-seed.ts'
import { operationsOfSession, RandomSession } from '../transactions/support/random-session.ts'

const SESSIONS = 100_000
const REPORTED = 10_000

/** Random sessions of the transaction coordinator, with lost answers, a log that fails and a coordinator that is lost. */
export function soakTransactions(sessions: number = SESSIONS): void {
  const base = baseSeed()
  console.log(`transactions: ${sessions} sessions of ${operationsOfSession} operations, from seed ${base}`)
  for (let index = 0; index < sessions; index++) {
    const value = (base + index) >>> 0
    try {
      new RandomSession(new Seed(value)).run()
    } catch (cause) {
      throw new Error(`OTTLA_TEST_SEED=${value} npm run soak -- transactions 1`, { cause })
    }
    if ((index + 1) % REPORTED === 0) console.log(`transactions: ${index + 1} sessions`)
  }
}
