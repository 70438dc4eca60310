import type { Place, Surroundings } from '../../server-options.ts'
import type { Ends } from './derived-host.ts'
import { type HostAndPort, isLoopbackHost, isWildcardHost } from './hosts.ts'

/** Why a client cannot reach the address that it is told. */
export type Misdirection =
  /** To the client the address is its own machine, where this broker is not. */
  | 'itself'
  /** No address of anything. */
  | 'nowhere'
  /** Nobody where the client is knows the name. */
  | 'unknownName'
  /** Nothing listens there. */
  | 'refused'
  /** A name that only the containers beside this one know. */
  | 'containerName'

/** How the machine that this node runs on can find out more about an address. */
export interface Probe extends Surroundings {
  /** Whether a connection from this machine is refused; false where that is not certain. */
  isRefused(address: HostAndPort): Promise<boolean>
}

/**
 * Tells whether a client, connected as `ends` say, is misled by the address that it is told. Only what is certain, or
 * nearly so, counts: of most addresses beyond this machine's networks nothing is known, and nothing is said.
 *
 * | client is           | told a loopback host        | told another host                                   |
 * |---------------------|-----------------------------|-----------------------------------------------------|
 * | on this machine     | right, if anything listens  | wrong if this machine has no such name, or nothing listens |
 * | … in a container    | unknown: some port mappings | unknown                                             |
 * |                     | look like that              |                                                     |
 * | at the gateway      | right: a mapped port        | in a container wrong if it is a name of the container itself |
 * | on a network beside | wrong                       | in a container wrong if there is no such name       |
 * | elsewhere           | wrong                       | unknown                                             |
 */
export function misdirection(
  told: HostAndPort,
  ends: Ends,
  probe: Probe,
): Misdirection | undefined | Promise<Misdirection | undefined> {
  const place = probe.placeOf(ends.remoteAddress)
  const isFromOutside = place === 'beside' || place === 'elsewhere'
  if (isFromOutside && isWildcardHost(told.host)) return 'nowhere'
  if (isFromOutside && isLoopbackHost(told.host)) return 'itself'
  if (isWildcardHost(told.host)) return undefined
  return isLoopbackHost(told.host) && (probe.isContainer || place !== 'here')
    ? undefined
    : examined(told, place, probe).catch(() => undefined)
}

/** By asking for the name, and where the client is on this machine by connecting. */
async function examined(told: HostAndPort, place: Place, probe: Probe): Promise<Misdirection | undefined> {
  if (place === 'here' && !probe.isContainer) {
    if ((await probe.lookUp(told.host)).length === 0) return 'unknownName'
    return (await probe.isRefused(told)) ? 'refused' : undefined
  }
  if (!probe.isContainer) return undefined
  if (place === 'beside') return (await probe.lookUp(told.host)).length === 0 ? 'unknownName' : undefined
  if (place !== 'gateway' || !/^[a-z][\w-]*$/i.test(told.host)) return undefined
  const addresses = await probe.lookUp(told.host)
  const isOwnName =
    addresses.length > 0 && addresses.every(address => probe.placeOf(address) === 'here' && !isLoopbackHost(address))
  return isOwnName ? 'containerName' : undefined
}
