import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OwnScenario } from '../scenario.ts'
import { createTopic, leadersKnown } from '../support/admin.ts'
import { buildBatch } from '../support/batches.ts'
import type { BrokerKind } from '../support/broker.ts'
import { checkProduced, produceFrame } from '../support/frames.ts'
import type { Measurement } from '../support/measurement.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds, residentMegabytes } from '../support/process.ts'

const TOPIC = 'many-partitions'
const PARTITIONS = 200
const FILLED_BYTES = 2_000_000_000
const FILL_SECONDS_MAX = 120

export const startScenarios: readonly OwnScenario[] = [
  {
    name: 'start/first-metadata',
    brokers: 'own',
    targets: [
      { figure: 'ms', atMost: 0.2 },
      { figure: 'ms', atMost: 600, absolute: true },
      { figure: 'stop ms', atMost: 2000, absolute: true },
    ],
    roundsMax: 3,
    async round(kind) {
      const broker = await kind.start()
      const stoppingMs = performance.now()
      await broker.stop()
      return { ms: broker.startMs, 'stop ms': performance.now() - stoppingMs }
    },
  },
  ...(['stop', 'kill'] as const).map(
    (ending): OwnScenario => ({
      name: `start/${PARTITIONS}-partitions-2GB/after-${ending}`,
      brokers: 'own',
      targets: [{ figure: 'usable ms', atMost: 0.25 }],
      roundsMax: 1,
      round: kind => filledRound(kind, ending),
    }),
  ),
]

/** From starting the process to the end offsets of all partitions, on a directory that a stop or a kill has left. */
async function filledRound(kind: BrokerKind, ending: 'stop' | 'kill'): Promise<Measurement> {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-filled-'))
  try {
    const filler = await kind.start({ directory })
    await createTopic(filler.port, TOPIC, PARTITIONS)
    await fill(filler.port)
    const stopping = performance.now()
    await filler[ending]()
    const stopMs = performance.now() - stopping
    const starting = performance.now()
    const broker = await kind.start({ directory })
    await leadersKnown(broker.port, TOPIC, PARTITIONS)
    const usableMs = performance.now() - starting
    const cpu = cpuSeconds(broker.pid)
    const rss = residentMegabytes(broker.pid).now
    await broker.stop()
    return { 'usable ms': usableMs, 'CPU s': cpu, 'RSS MB': rss, [`${ending} ms`]: stopMs }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function fill(port: number): Promise<void> {
  const { batch } = buildBatch({ recordBytes: 1024, batchBytes: 64 << 10, compression: 'none' })
  const frames = Array.from({ length: PARTITIONS }, (_, partition) => produceFrame(TOPIC, partition, batch, 1))
  let turn = 0
  await runPipeline({
    port,
    connections: 1,
    depth: 5,
    secondsMax: FILL_SECONDS_MAX,
    requestsMax: Math.floor(FILLED_BYTES / batch.length),
    nextFrame: () => frames[turn++ % PARTITIONS] as Uint8Array,
    check: checkProduced(TOPIC),
  })
}
