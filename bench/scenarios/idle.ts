import { setTimeout as delay } from 'node:timers/promises'
import type { Broker } from '../support/broker.ts'
import { RawConnection } from '../support/connection.ts'
import type { Measurement } from '../support/measurement.ts'
import { cpuSeconds, residentMegabytes } from '../support/process.ts'

const SETTLE_MS = 3_000

/** What a broker costs that nobody uses. */
export async function idleRound(broker: Broker, seconds: number): Promise<Measurement> {
  await delay(SETTLE_MS)
  const cpuBefore = cpuSeconds(broker.pid)
  await delay(seconds * 1000)
  return {
    'RSS MB': residentMegabytes(broker.pid).now,
    'CPU %': ((cpuSeconds(broker.pid) - cpuBefore) / seconds) * 100,
  }
}

/** The same with connections that are open and silent. */
export async function connectionsRound(broker: Broker, count: number, seconds: number): Promise<Measurement> {
  const before = residentMegabytes(broker.pid).now
  const connections: RawConnection[] = []
  for (let index = 0; index < count; index++) {
    connections.push(await RawConnection.open(broker.port, () => {}, { readBufferBytes: 4096 }))
  }
  const { 'CPU %': cpu = Number.NaN, 'RSS MB': after = Number.NaN } = await idleRound(broker, seconds)
  for (const connection of connections) connection.close()
  return { 'KB each': ((after - before) * 1024) / count, 'CPU %': cpu }
}
