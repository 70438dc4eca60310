import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OwnScenario } from '../scenario.ts'
import { createTopic, leadersKnown } from '../support/admin.ts'
import { buildBatch } from '../support/batches.ts'
import { checkProduced, produceFrame } from '../support/frames.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds } from '../support/process.ts'

const BYTES = 900_000_000
const TOPIC = 'recovered'

/** What nobody flushed is read and checked from end to end after a kill. */
export const recoveryScenarios: readonly OwnScenario[] = [recovery('none'), recovery('lz4')]

function recovery(compression: 'none' | 'lz4'): OwnScenario {
  return {
    name: `recovery/${compression}/64K`,
    brokers: 'own',
    targets: [{ figure: 's', atMost: 0.25 }],
    roundsMax: 3,
    async round(kind) {
      const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-'))
      // One segment; and Kafka need not wait long for the session of the broker that was killed.
      const properties = {
        'log.segment.bytes': String(1 << 30),
        'broker.session.timeout.ms': '3000',
        'broker.heartbeat.interval.ms': '500',
      }
      try {
        const killed = await kind.start({ directory, properties })
        const { batch } = buildBatch({ recordBytes: 1024, batchBytes: 64 << 10, compression })
        await createTopic(killed.port, TOPIC, 1)
        const frame = produceFrame(TOPIC, 0, batch, 1)
        const { requests } = await runPipeline({
          port: killed.port,
          connections: 1,
          depth: 5,
          secondsMax: Number.POSITIVE_INFINITY,
          requestsMax: Math.floor(BYTES / batch.length),
          nextFrame: () => frame,
          check: checkProduced(TOPIC),
        })
        await killed.kill()
        const started = performance.now()
        const broker = await kind.start({ directory, properties })
        await leadersKnown(broker.port, TOPIC, 1)
        const seconds = (performance.now() - started) / 1000
        const megabytes = (requests * batch.length) / 1e6
        const cpu = cpuSeconds(broker.pid)
        await broker.kill()
        return { s: seconds, 'MB/s': megabytes / seconds, 'CPU s': cpu }
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    },
  }
}
