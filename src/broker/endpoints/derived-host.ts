import type { Surroundings } from '../../server-options.ts'
import { isLoopbackHost } from './hosts.ts'

export interface Ends {
  readonly localAddress: string
  readonly remoteAddress: string
}

/**
 * What host a client shall be told where nobody has configured one: the address that it has just connected to, which
 * it can therefore reach.
 *
 * Some clients have connected to another address than this end of the connection: those that came to a container through
 * a port mapping of its host, and as a rule cannot reach the container's own address. To them it is `localhost`. They
 * speak from the gateway, or where Podman runs without root from the container's own address.
 *
 * Undefined where the address means nothing without the interface it belongs to.
 */
export function derivedHost({ localAddress, remoteAddress }: Ends, surroundings: Surroundings): string | undefined {
  if (surroundings.isContainer && !isLoopbackHost(remoteAddress)) {
    const place = surroundings.placeOf(remoteAddress)
    if (place === 'gateway' || place === 'here') return 'localhost'
  }
  return /^fe[89ab]/i.test(localAddress) ? undefined : localAddress
}
