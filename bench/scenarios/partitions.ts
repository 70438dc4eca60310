import type { OwnScenario } from '../scenario.ts'
import { createTopic } from '../support/admin.ts'
import { buildBatch } from '../support/batches.ts'
import type { Broker, BrokerKind } from '../support/broker.ts'
import { checkProduced, produceFrame } from '../support/frames.ts'
import { warmFreeMemory } from '../support/free-memory.ts'
import type { Measurement } from '../support/measurement.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds, residentMegabytes } from '../support/process.ts'

const PARTITIONS = 1000
const FEW_PARTITIONS = 8
const ROUND_SECONDS = 3
const ROUND_BYTES_MAX = 1_000_000_000
const BATCH = { recordBytes: 1024, batchBytes: 16 << 10, compression: 'none' } as const

export const partitionScenarios: readonly OwnScenario[] = [
  {
    // Of one topic; then what each of 8 and each of 1,000 partitions in turn takes of the same batches.
    name: `partitions/${PARTITIONS}`,
    brokers: 'own',
    targets: [
      { figure: 'usable ms', atMost: 1 },
      { figure: 'kept share', atLeast: 1 },
    ],
    roundsMax: 3,
    round: partitionsRound,
  },
]

async function partitionsRound(kind: BrokerKind): Promise<Measurement> {
  const broker = await kind.start()
  try {
    await createTopic(broker.port, 'few-partitions', FEW_PARTITIONS)
    await writeRoundRobin(broker, 'few-partitions', FEW_PARTITIONS)
    const few = await writeRoundRobin(broker, 'few-partitions', FEW_PARTITIONS)
    const before = { rss: residentMegabytes(broker.pid).now, cpu: cpuSeconds(broker.pid) }
    const { answerMs, usableMs } = await createTopic(broker.port, 'many-partitions', PARTITIONS)
    const cpu = cpuSeconds(broker.pid) - before.cpu
    const kilobytes = ((residentMegabytes(broker.pid).now - before.rss) * 1024) / PARTITIONS
    const many = await writeRoundRobin(broker, 'many-partitions', PARTITIONS)
    return {
      'answer ms': answerMs,
      'usable ms': usableMs,
      'CPU s': cpu,
      'KB each': kilobytes,
      'MB/s to 8': few,
      'MB/s': many,
      'kept share': many / few,
    }
  } finally {
    await broker.stop()
  }
}

/** MB/s of batches of 16 KiB that go to the partitions in turn. */
async function writeRoundRobin(broker: Broker, topic: string, partitions: number): Promise<number> {
  const { batch } = buildBatch(BATCH)
  const frames = Array.from({ length: partitions }, (_, partition) => produceFrame(topic, partition, batch, 1))
  let turn = 0
  warmFreeMemory(ROUND_BYTES_MAX)
  const { requests, seconds } = await runPipeline({
    port: broker.port,
    connections: 1,
    depth: 5,
    secondsMax: ROUND_SECONDS,
    requestsMax: Math.floor(ROUND_BYTES_MAX / batch.length),
    nextFrame: () => frames[turn++ % partitions] as Uint8Array,
    check: checkProduced(topic),
  })
  return (requests * batch.length) / 1e6 / seconds
}
