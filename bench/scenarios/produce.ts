import type { SharedScenario, Target } from '../scenario.ts'
import { createTopic, deleteTopic } from '../support/admin.ts'
import { type BatchShape, buildBatch } from '../support/batches.ts'
import type { Broker } from '../support/broker.ts'
import { checkProduced, produceFrame } from '../support/frames.ts'
import { warmFreeMemory } from '../support/free-memory.ts'
import type { Measurement } from '../support/measurement.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds, residentMegabytes } from '../support/process.ts'
import { quantile } from '../support/statistics.ts'

const PARTITIONS = 8
const ROUND_SECONDS = 3
/** Of one round, so that the disk holds it. */
const ROUND_BYTES_MAX = 2_000_000_000

const batchSizes = { one: 0, '16K': 16 << 10, '64K': 64 << 10, '1M': 1_000_000 } as const

const agreedTargets: Readonly<Record<string, readonly Target[]>> = {
  'none/1024B/one/1c/acks=1': [{ figure: 'req/s', atLeast: 4 }],
  'none/1024B/one/16c/acks=1': [{ figure: 'req/s', atLeast: 2 }],
  'none/1024B/64K/1c/acks=1': [
    { figure: 'MB/s', atLeast: 2.5 },
    { figure: 'CPU s/GB', atMost: 0.5 },
  ],
  'none/1024B/64K/4c/acks=1': [{ figure: 'MB/s', atLeast: 1.3 }],
  'none/1024B/1M/1c/acks=1': [{ figure: 'MB/s', atLeast: 1.5 }],
  'none/1024B/1M/4c/acks=1': [{ figure: 'MB/s', atLeast: 0.9 }],
  'lz4/1024B/64K/1c/acks=1': [{ figure: 'MB/s', atLeast: 1.2 }],
  'zstd/1024B/64K/1c/acks=1': [{ figure: 'MB/s', atLeast: 1.2 }],
}

export const produceScenarios: readonly SharedScenario[] = [
  ...matrix(),
  scenario('one', { compression: 'none', recordBytes: 1024, batchBytes: 0, connections: 16, acks: 1, depth: 5 }),
]

export const latencyScenarios: readonly SharedScenario[] = [
  {
    name: 'latency/acks=all/unloaded',
    brokers: 'shared',
    targets: [{ figure: 'p99 ms', atMost: 1 }],
    round: broker =>
      produceRound(
        broker,
        { recordBytes: 1024, batchBytes: 0, compression: 'none', connections: 1, acks: -1, depth: 1 },
        ROUND_SECONDS,
      ),
  },
]

function matrix(): SharedScenario[] {
  const list: SharedScenario[] = []
  for (const compression of ['none', 'lz4', 'zstd'] as const) {
    for (const recordBytes of [100, 1024]) {
      for (const [size, batchBytes] of Object.entries(batchSizes)) {
        for (const connections of [1, 4]) {
          for (const acks of [1, -1] as const) {
            list.push(scenario(size, { recordBytes, batchBytes, compression, connections, acks, depth: 5 }))
          }
        }
      }
    }
  }
  return list
}

function scenario(size: string, cell: ProduceCell): SharedScenario {
  const { acks, compression, connections, recordBytes } = cell
  const name = `${compression}/${recordBytes}B/${size}/${connections}c/acks=${acks === 1 ? '1' : 'all'}`
  return {
    name: `produce/${name}`,
    brokers: 'shared',
    targets: agreedTargets[name] ?? [],
    round: broker => produceRound(broker, cell, ROUND_SECONDS),
  }
}

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
    warmFreeMemory(ROUND_BYTES_MAX)
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
