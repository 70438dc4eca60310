import { createTopic, deleteTopic } from '../support/admin.ts'
import { type BatchShape, buildBatch } from '../support/batches.ts'
import type { Broker } from '../support/broker.ts'
import { checkProduced, produceFrame } from '../support/frames.ts'
import type { Measurement } from '../support/measurement.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds, residentMegabytes } from '../support/process.ts'
import { quantile } from '../support/statistics.ts'

const PARTITIONS = 8
/** Of one round, so that the disk holds it. */
const ROUND_BYTES_MAX = 2_000_000_000

export interface ProduceCell extends BatchShape {
  readonly connections: number
  readonly acks: 1 | -1
  /** Requests in flight per connection: what clients use by default; 1 measures unloaded latency. */
  readonly depth: number
}

/** One round: batches built beforehand go to the partitions in turn, for `seconds` at the most. */
export async function produceRound(broker: Broker, cell: ProduceCell, seconds: number): Promise<Measurement> {
  const topic = `bench-${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`
  const { batch } = buildBatch(cell)
  await createTopic(broker.port, topic, PARTITIONS)
  const frames = Array.from({ length: PARTITIONS }, (_, partition) => produceFrame(topic, partition, batch, cell.acks))
  let turn = 0
  const run = (secondsMax: number, bytesMax: number) =>
    runPipeline({
      port: broker.port,
      connections: cell.connections,
      depth: cell.depth,
      secondsMax,
      requestsMax: Math.floor(bytesMax / batch.length),
      nextFrame: () => frames[turn++ % PARTITIONS] as Uint8Array,
      check: checkProduced(topic),
    })
  try {
    await run(0.3, ROUND_BYTES_MAX / 10)
    const cpuBefore = cpuSeconds(broker.pid)
    const result = await run(seconds, ROUND_BYTES_MAX)
    const cpu = cpuSeconds(broker.pid) - cpuBefore
    const bytes = result.requests * batch.length
    return {
      'MB/s': bytes / 1e6 / result.seconds,
      'req/s': result.requests / result.seconds,
      'CPU s/GB': cpu / (bytes / 1e9),
      'CPU s/Mreq': cpu / (result.requests / 1e6),
      'p50 ms': quantile(result.latenciesMs, 0.5),
      'p99 ms': quantile(result.latenciesMs, 0.99),
      'RSS MB': residentMegabytes(broker.pid).now,
    }
  } finally {
    await deleteTopic(broker.port, topic)
  }
}
