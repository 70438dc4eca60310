import type { BrokerAddress } from '../client/broker-connection.ts'
import { ToolError } from './tool.ts'

/** `host:port,host:port`, as `bootstrap.servers` is written. */
export function parseBootstrapServers(text: string): BrokerAddress[] {
  return text
    .split(',')
    .map(address => address.trim())
    .filter(address => address !== '')
    .map(parseAddress)
}

function parseAddress(text: string): BrokerAddress {
  const match = /^(?:[A-Za-z_]+:\/\/)?(?:\[(?<ipv6>[0-9a-fA-F:.%]+)\]|(?<host>[^:\s/[\]]+)):(?<port>\d{1,5})$/.exec(
    text,
  )
  const port = Number(match?.groups?.['port'])
  if (match === null || port < 1 || port > 65_535) {
    throw new ToolError(`Failed to create new KafkaAdminClient\nInvalid url in bootstrap.servers: ${text}`)
  }
  return { host: (match.groups!['ipv6'] ?? match.groups!['host'])!, port }
}
