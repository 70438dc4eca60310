import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from '../scenario.ts'
import type { Broker } from '../support/broker.ts'
import { RawConnection } from '../support/connection.ts'
import type { Measurement } from '../support/measurement.ts'
import { cpuSeconds, residentMegabytes } from '../support/process.ts'

const SETTLE_MS = 3_000
const CONNECTIONS = 1000

export const idleScenarios: readonly Scenario[] = [
  {
    // On a node of its own, before anything was asked of it.
    name: 'idle/fresh',
    brokers: 'own',
    targets: [
      { figure: 'RSS MB', atMost: 0.25 },
      { figure: 'RSS MB', atMost: 90, absolute: true },
      { figure: 'CPU %', atMost: 1 },
    ],
    roundsMax: 1,
    async round(kind) {
      const broker = await kind.start()
      const measurement = await idleFor(broker, 20)
      await broker.stop()
      return measurement
    },
  },
  {
    name: `idle/${CONNECTIONS}-connections`,
    brokers: 'shared',
    targets: [],
    roundsMax: 1,
    round: broker => connectionsRound(broker, CONNECTIONS, 10),
  },
]

/** What a broker costs that nobody uses. */
async function idleFor(broker: Broker, seconds: number): Promise<Measurement> {
  await delay(SETTLE_MS)
  const cpuBefore = cpuSeconds(broker.pid)
  await delay(seconds * 1000)
  return {
    'RSS MB': residentMegabytes(broker.pid).now,
    'CPU %': ((cpuSeconds(broker.pid) - cpuBefore) / seconds) * 100,
  }
}

/** The same with connections that are open and silent. */
async function connectionsRound(broker: Broker, count: number, seconds: number): Promise<Measurement> {
  const before = residentMegabytes(broker.pid).now
  const connections: RawConnection[] = []
  for (let index = 0; index < count; index++) {
    connections.push(await RawConnection.open(broker.port, () => {}, { readBufferBytes: 4096 }))
  }
  const { 'CPU %': cpu = Number.NaN, 'RSS MB': after = Number.NaN } = await idleFor(broker, seconds)
  for (const connection of connections) connection.close()
  return { 'KB each': ((after - before) * 1024) / count, 'CPU %': cpu }
}
