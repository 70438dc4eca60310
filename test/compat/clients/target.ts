import { startBroker } from '../../../src/index.ts'
import { startKafka } from '../../support/kafka-node.ts'
import { CuttableProxy } from './proxy.ts'

/** The node under judgement, behind a proxy that can cut connections. */
export interface Target {
  /** What clients are given, and what the node advertises: the proxy. */
  readonly bootstrapServers: string
  /** The node itself, for what the suite looks at behind the client's back. */
  readonly port: number
  readonly clusterId: string
  readonly proxy: CuttableProxy
  stop(): Promise<void>
}

/**
 * Ottla, or with `OTTLA_COMPAT_TARGET=kafka` a real Kafka 4.3.1: a suite that real Kafka does not pass proves nothing about
 * Ottla, so every check here was made to pass there first.
 */
export const isKafkaTheTarget = process.env['OTTLA_COMPAT_TARGET'] === 'kafka'

/** `more`: properties beside those that every suite wants. */
export async function startTarget(more: Readonly<Record<string, string>> = {}): Promise<Target> {
  const proxy = await CuttableProxy.listen()
  const properties = {
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxy.port}`,
    'group.initial.rebalance.delay.ms': '0',
    // Members of the new protocol learn of changes by their heartbeats alone.
    'group.consumer.min.heartbeat.interval.ms': '200',
    'group.consumer.heartbeat.interval.ms': '200',
    'group.consumer.assignment.interval.ms': '0',
    'group.consumer.min.session.timeout.ms': '8000',
    'group.consumer.session.timeout.ms': '8000',
    ...more,
  }
  const node = await (isKafkaTheTarget ? startKafka({ properties }) : startBroker({ config: properties })).catch(
    async (error: unknown) => {
      await proxy.close()
      throw error
    },
  )
  proxy.forwardTo(node.port)
  return {
    bootstrapServers: `127.0.0.1:${proxy.port}`,
    port: node.port,
    clusterId: node.clusterId,
    proxy,
    async stop() {
      await proxy.close()
      await node.stop()
    },
  }
}
