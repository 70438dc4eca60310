import { ToolError } from './tool.ts'

const requestTimeoutMsDefault = 30_000
const apiTimeoutMsDefault = 60_000

/** What `--command-config` sets of a client's patience, under the names Kafka's clients have for it. */
export function clientTimeouts(properties: ReadonlyMap<string, string>): {
  readonly requestTimeoutMs: number
  readonly apiTimeoutMs: number
} {
  return {
    requestTimeoutMs: milliseconds(properties, 'request.timeout.ms', requestTimeoutMsDefault),
    apiTimeoutMs: milliseconds(properties, 'default.api.timeout.ms', apiTimeoutMsDefault),
  }
}

/** A file that asks for a secured connection shall not be answered with an open one. */
export function refuseUnsupported(properties: ReadonlyMap<string, string>): void {
  const protocol = properties.get('security.protocol')?.trim().toUpperCase()
  if (protocol !== undefined && protocol !== 'PLAINTEXT') {
    throw new ToolError(`security.protocol=${protocol} is not supported yet; only PLAINTEXT is`)
  }
}

function milliseconds(properties: ReadonlyMap<string, string>, key: string, fallback: number): number {
  const text = properties.get(key)?.trim()
  if (text === undefined) return fallback
  if (!/^\d{1,10}$/.test(text)) throw new ToolError(`Invalid value ${text} for configuration ${key}`)
  return Number(text)
}
