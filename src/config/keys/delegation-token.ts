import { long, password } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** Delegation tokens. */
export const delegationTokenKeys = {
  'delegation.token.secret.key': password().medium.warns(
    'security',
    'The key that signs delegation tokens, the same on every broker.',
  ),
  'delegation.token.max.lifetime.ms': long(604_800_000, atLeast(1)).medium.warns(
    'security',
    'How long a delegation token can be renewed for.',
  ),
  'delegation.token.expiry.time.ms': long(86_400_000, atLeast(1)).medium.warns(
    'security',
    'How long a delegation token is valid without being renewed.',
  ),
  'delegation.token.expiry.check.interval.ms': long(3_600_000, atLeast(1)).low.warns(
    'security',
    'How often expired delegation tokens are removed.',
  ),
}
