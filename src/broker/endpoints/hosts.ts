import type { ListenerEndpoint } from '../../config/listeners.ts'

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** Whoever is told such a host looks for the broker on their own machine. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost\.?|.+\.localhost\.?|127(\.\d{1,3}){1,3}|::1|(0{1,4}:){7}0{0,3}1|::ffff:127(\.\d{1,3}){3})$/i.test(
    host,
  )
}

/** Every interface of the machine that binds it; no address to connect to. */
export function isWildcardHost(host: string): boolean {
  return /^(0\.0\.0\.0|::|(0{1,4}:){7}0{1,4})$/.test(host)
}

/** Whether the listener takes connections on every interface. */
export function isOnEveryInterface({ host }: ListenerEndpoint): boolean {
  return host === null || isWildcardHost(host)
}

/** `host:port` as in `bootstrap.servers`. */
export function addressText({ host, port }: HostAndPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
