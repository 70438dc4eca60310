import type { BrokerAddress } from '../client/broker-connection.ts'

const entryPattern = /^\s*([^:]*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(\d+)\s*$/

const defaultAddress: BrokerAddress = { host: 'localhost', port: 9092 }

/** Where a node of that configuration can be asked on its own machine: at the first of the listeners clients have. */
export function healthAddress(properties: ReadonlyMap<string, string>): BrokerAddress {
  const ofControllers = new Set(
    (properties.get('controller.listener.names') ?? '').split(',').map(name => name.trim().toUpperCase()),
  )
  for (const entry of (properties.get('listeners') ?? '').split(',')) {
    const [, name, host, port] = entryPattern.exec(entry) ?? []
    if (name === undefined || ofControllers.has(name.toUpperCase()) || Number(port) === 0) continue
    return { host: reachable(host!), port: Number(port) }
  }
  return defaultAddress
}

/** To listen everywhere is to listen here too. */
function reachable(host: string): string {
  if (host === '' || host === '0.0.0.0') return 'localhost'
  return host === '::' ? '::1' : host
}
