import { long, password } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** Delegation tokens. */
export const delegationTokenKeys = {
  'delegation.token.secret.key': password().medium.notYet(''),
  'delegation.token.max.lifetime.ms': long(604_800_000, atLeast(1)).medium.notYet(''),
  'delegation.token.expiry.time.ms': long(86_400_000, atLeast(1)).medium.notYet(''),
  'delegation.token.expiry.check.interval.ms': long(3_600_000, atLeast(1)).low.notYet(''),
}
