import { type BrokerAddress, BrokerConnection } from '../client/broker-connection.ts'
import { ClientError } from '../client/client-error.ts'
import { environmentProperties } from '../config/environment.ts'
import { parsePropertiesFile } from '../config/properties.ts'
import { NodeClock } from '../platform/node-clock.ts'
import { NodeDisk } from '../platform/node-disk.ts'
import { TcpTransport } from '../platform/tcp-transport.ts'
import { DiskError } from '../ports.ts'
import { Metadata } from '../protocol/apis/metadata.ts'
import type { HealthArguments } from './arguments.ts'
import { parseBootstrapServers } from './bootstrap.ts'
import { healthAddress } from './health-address.ts'
import type { Terminal } from './terminal.ts'
import { ToolError } from './tool.ts'

/** Long for a broker on the same machine, short for who waits for its health. */
const answerMsMax = 5000

/**
 * Asks a broker which versions it has and what its cluster is made of, once; says what it found in one line and
 * resolves with the exit code, 0 or 1. A broker answers when it is ready, its seed applied.
 */
export async function health(given: HealthArguments, terminal: Terminal): Promise<number> {
  let asked: BrokerAddress | undefined
  try {
    asked = await addressToAsk(given, terminal)
    terminal.print(await ask(asked))
    return 0
  } catch (error) {
    if (!(error instanceof ClientError || error instanceof ToolError || error instanceof DiskError)) throw error
    if (error instanceof DiskError) {
      terminal.printError(`ottla: cannot read ${error.path}: ${error.code}`)
      return 1
    }
    const where = asked === undefined ? '' : `${asked.host}:${asked.port} is not healthy: `
    terminal.printError(`ottla: ${where}${error.message}`)
    return 1
  }
}

async function addressToAsk({ bootstrapServer, file }: HealthArguments, terminal: Terminal): Promise<BrokerAddress> {
  if (bootstrapServer !== undefined) {
    const [address] = parseBootstrapServers(bootstrapServer)
    if (address === undefined) throw new ToolError('--bootstrap-server is host:port')
    return address
  }
  const fromFile = file === undefined ? [] : parsePropertiesFile(await new NodeDisk().readFile(file))
  return healthAddress(new Map([...environmentProperties(terminal.environment), ...fromFile]))
}

async function ask(address: BrokerAddress): Promise<string> {
  const options = { clientId: 'ottla-health', requestTimeoutMs: answerMsMax }
  const connection = await BrokerConnection.open(new TcpTransport(), new NodeClock(), address, options)
  try {
    const { brokers, clusterId } = await connection.send(Metadata, { topics: [], allowAutoTopicCreation: false })
    if (brokers.length === 0) throw new ToolError('it knows no broker yet')
    const others = brokers.length === 1 ? '' : `s`
    return `${address.host}:${address.port} is healthy: cluster ${clusterId}, broker${others} ${brokers.map(({ nodeId }) => nodeId).join(', ')}`
  } finally {
    connection.close()
  }
}
