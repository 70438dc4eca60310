import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createChecksum } from '../../src/platform/checksum.ts'
import { createCompression } from '../../src/platform/compression.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import { CompressionType } from '../../src/protocol/records/compression-type.ts'
import type { OwnScenario } from '../scenario.ts'
import { alterTopic, createTopic } from '../support/admin.ts'
import { buildBatch, valuesLikeJson } from '../support/batches.ts'
import type { Broker, BrokerKind } from '../support/broker.ts'
import { Exchange } from '../support/exchange.ts'
import { checkProduced, produceFrame } from '../support/frames.ts'
import type { Measurement } from '../support/measurement.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds, residentMegabytes } from '../support/process.ts'
import { quantile } from '../support/statistics.ts'

const PLAIN_BYTES = 500_000_000
/** A JVM compiles what runs hot: the first log of a broker is not counted. */
const WARM_UP_BYTES = 150_000_000
const KEYS = 100_000
const RECORD_BYTES = 1000
const RECORDS_PER_BATCH = 60
/** As many different batches are sent in turn. */
const BATCHES = 2000
const PACE_MS = 3
const POLL_INTERVAL_MS = 2
/** Where the process that looks for the end measures latencies, too: to look takes it a tenth of a millisecond. */
const POLL_BESIDE_INTERVAL_MS = 50

const properties = {
  'log.segment.bytes': String(64 << 20),
  'log.cleaner.backoff.ms': '100',
  'log.cleaner.min.cleanable.ratio': '0.01',
  'log.retention.ms': '-1',
}

export const compactionScenarios: readonly OwnScenario[] = [
  compaction('none'),
  compaction('lz4'),
  {
    // A request every few milliseconds, alone and while a log is compacted.
    name: 'compaction/produce-beside',
    brokers: 'own',
    targets: [{ figure: 'p99 ×', atMost: 2, absolute: true }],
    roundsMax: 3,
    round: kind =>
      withBroker(kind, async broker => {
        await createTopic(broker.port, 'beside', 1)
        await pacedProduce(broker.port, forSeconds(2))
        const log = await writeLog(broker, 'measured', 'none', PLAIN_BYTES)
        const alone = await pacedProduce(broker.port, forSeconds(5))
        let isDone = false
        const compacting = compact(broker, log, POLL_BESIDE_INTERVAL_MS).finally(() => {
          isDone = true
        })
        const beside = await pacedProduce(broker.port, () => isDone)
        await compacting
        const [before, during] = [quantile(alone, 0.99), quantile(beside, 0.99)]
        return { 'alone p99 ms': before, 'p99 ms': during, 'p99 ×': during / before }
      }),
  },
]

function compaction(compression: 'none' | 'lz4'): OwnScenario {
  return {
    name: `compaction/${compression}/1000B`,
    brokers: 'own',
    targets: [{ figure: 'MB/s', atLeast: 1 }],
    roundsMax: 3,
    round: kind =>
      withBroker(kind, async broker => compact(broker, await writeLog(broker, 'measured', compression, PLAIN_BYTES))),
  }
}

/** A broker that has compacted a log already. */
async function withBroker(kind: BrokerKind, measure: (broker: Broker) => Promise<Measurement>): Promise<Measurement> {
  const broker = await kind.start({ properties })
  try {
    await compact(broker, await writeLog(broker, 'warm', 'none', WARM_UP_BYTES))
    return await measure(broker)
  } finally {
    await broker.stop()
  }
}

interface WrittenLog {
  readonly topic: string
  readonly directory: string
  /** Where the active segment begins: what lies before may be compacted. */
  readonly activeOffset: number
  /** Of what lies before it, as producers wrote it: not compressed. */
  readonly megabytes: number
}

/** A log that may not be compacted yet. */
async function writeLog(
  broker: Broker,
  topic: string,
  compression: 'none' | 'lz4',
  plainBytes: number,
): Promise<WrittenLog> {
  const configs = { 'cleanup.policy': 'compact', 'min.compaction.lag.ms': '9223372036854775807' }
  await createTopic(broker.port, topic, 1, configs)
  const frames = keyedBatches(compression).map(batch => produceFrame(topic, 0, batch, 1))
  let turn = 0
  await runPipeline({
    port: broker.port,
    connections: 1,
    depth: 5,
    secondsMax: Number.POSITIVE_INFINITY,
    requestsMax: Math.floor(plainBytes / (RECORDS_PER_BATCH * RECORD_BYTES)),
    nextFrame: () => frames[turn++ % frames.length] as Uint8Array,
    check: checkProduced(topic),
  })
  const directory = join(broker.directory, `${topic}-0`)
  const logs = readdirSync(directory).filter(name => name.endsWith('.log'))
  const activeOffset = Math.max(...logs.map(name => Number.parseInt(name, 10)))
  return { topic, directory, activeOffset, megabytes: (activeOffset * RECORD_BYTES) / 1e6 }
}

/** Lets a log be compacted, and waits until it is. */
async function compact(broker: Broker, log: WrittenLog, pollIntervalMs = POLL_INTERVAL_MS): Promise<Measurement> {
  const sizeBefore = sizeOf(log.directory)
  const cpuBefore = cpuSeconds(broker.pid)
  const started = performance.now()
  await alterTopic(broker.port, log.topic, 'min.compaction.lag.ms', '0')
  while (cleanedOffset(broker.directory, log.topic) < log.activeOffset) await delay(pollIntervalMs)
  const seconds = (performance.now() - started) / 1000
  return {
    'MB/s': log.megabytes / seconds,
    'CPU s/GB': ((cpuSeconds(broker.pid) - cpuBefore) * 1000) / log.megabytes,
    'kept %': (100 * sizeOf(log.directory)) / sizeBefore,
    'RSS MB': residentMegabytes(broker.pid).now,
  }
}

/** What the broker's checkpoint says: written at the end of each round of the cleaner. */
function cleanedOffset(directory: string, topic: string): number {
  const path = join(directory, 'cleaner-offset-checkpoint')
  if (!existsSync(path)) return -1
  return Number(new RegExp(`^${topic} 0 (\\d+)$`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? -1)
}

/** Of the log's segments, without those that are about to be deleted. */
function sizeOf(directory: string): number {
  const logs = readdirSync(directory).filter(name => name.endsWith('.log'))
  return logs.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
}

/** Latencies in milliseconds of small requests, one every `PACE_MS`. */
async function pacedProduce(port: number, isOver: () => boolean): Promise<number[]> {
  const { batch } = buildBatch({ recordBytes: RECORD_BYTES, batchBytes: 0, compression: 'none' })
  const frame = produceFrame('beside', 0, batch, 1)
  const exchange = await Exchange.open(port)
  const latenciesMs: number[] = []
  while (!isOver()) {
    const started = performance.now()
    checkProduced('beside')(await exchange.send(frame))
    latenciesMs.push(performance.now() - started)
    await delay(PACE_MS)
  }
  exchange.close()
  return latenciesMs
}

function forSeconds(seconds: number): () => boolean {
  const deadline = performance.now() + seconds * 1000
  return () => performance.now() > deadline
}

/** Values that compress about as well as JSON does, under keys drawn from `KEYS`. */
function keyedBatches(compression: 'none' | 'lz4'): Uint8Array[] {
  const values = valuesLikeJson(RECORDS_PER_BATCH, RECORD_BYTES)
  const compressionType = compression === 'lz4' ? CompressionType.LZ4 : CompressionType.NONE
  const tools = { ...createChecksum(), compress: createCompression().compress }
  const timestamp = Date.now()
  let seed = 7
  const draw = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % KEYS
  }
  return Array.from({ length: BATCHES }, () =>
    writeBatch(
      values.map(value => ({ timestamp, key: Buffer.from(`key-${draw()}`), value })),
      { compressionType },
      tools,
    ),
  )
}
