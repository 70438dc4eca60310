import { ConfigError } from './config-error.ts'

/** A host, as written, and a port. */
export interface HostAndPort {
  readonly host: string
  readonly port: number
}

// Utils.HOST_PORT_PATTERN.
const hostAndPort = /^(?:[0-9a-zA-Z\-%._]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)$/

/** `[2001:db8::1]:9092` and `host:9092`; undefined where there is no host and port in it. */
export function parseHostAndPort(text: string): HostAndPort | undefined {
  const match = hostAndPort.exec(text)
  return match === null ? undefined : { host: match[1]!, port: Number(match[2]) }
}

/** Whether `text` consists of characters a host may have (`Utils.validHostPattern`). */
export function isHostPattern(text: string): boolean {
  return /^[0-9a-zA-Z\-%._:]*$/.test(text)
}

/** `controller.quorum.voters`: `{id}@{host}:{port}` entries, by id (`QuorumConfig.parseVoterConnections`). */
export function parseVoters(entries: readonly string[]): Map<number, HostAndPort> {
  const form = 'Each entry should be in the form `{id}@{host}:{port}`.'
  const voters = new Map<number, HostAndPort>()
  for (const entry of entries) {
    const [id, address, ...rest] = entry.split('@')
    if (id === undefined || address === undefined || address === '' || rest.length > 0) {
      throw new ConfigError(`Invalid configuration value for controller.quorum.voters. ${form}`)
    }
    if (!/^[-+]?[0-9]+$/.test(id)) throw new ConfigError(`Failed to parse voter ID as an integer from ${id}`)
    const parsed = parseHostAndPort(address)
    if (parsed === undefined) {
      const message = `Failed to parse host name from entry ${entry} for the configuration controller.quorum.voters.`
      throw new ConfigError(`${message} ${form}`)
    }
    voters.set(Number(id), parsed)
  }
  return voters
}

/** `controller.quorum.bootstrap.servers` (`QuorumConfig.parseBootstrapServers`). */
export function parseBootstrapServers(entries: readonly string[]): HostAndPort[] {
  return entries.map(entry => {
    const parsed = parseHostAndPort(entry)
    if (parsed !== undefined) return parsed
    throw new ConfigError(
      `Failed to parse host name from ${entry} for the configuration controller.quorum.bootstrap.servers. Each ` +
        'entry should be in the form "{host}:{port}"',
    )
  })
}
