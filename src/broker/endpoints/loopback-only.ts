import type { Surroundings } from '../../server-options.ts'
import { isLoopbackHost } from './hosts.ts'

/** For a node that was told nothing of the networks around it. */
export const loopbackOnly: Surroundings = {
  isContainer: false,
  placeOf: address => (isLoopbackHost(address) ? 'here' : 'elsewhere'),
  lookUp: host => Promise.reject(new Error(`${host} cannot be looked up`)),
}
