import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SharedScenario } from '../scenario.ts'
import { createTopic, deleteTopic } from '../support/admin.ts'
import { buildBatch } from '../support/batches.ts'
import type { Broker } from '../support/broker.ts'
import { Exchange } from '../support/exchange.ts'
import { checkFetched, checkProduced, fetchFrame, produceFrame } from '../support/frames.ts'
import type { Measurement } from '../support/measurement.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds } from '../support/process.ts'
import { quantile } from '../support/statistics.ts'

const BATCH = { recordBytes: 1024, batchBytes: 64 << 10, compression: 'none' } as const
const PARTITION_BATCHES = 8_000
const FETCH_BYTES = 1 << 20
const ROUND_SECONDS = 3

export const fetchScenarios: readonly SharedScenario[] = [
  {
    name: 'fetch/page-cache',
    brokers: 'shared',
    targets: [{ figure: 'MB/s', atLeast: 0.9 }],
    round: broker => fetchRound(broker, ROUND_SECONDS),
  },
  {
    name: 'fetch/cold-beside-produce',
    brokers: 'shared',
    targets: [{ figure: 'p99 ms', atMost: 1 }],
    round: coldRound,
  },
  { name: 'fetch/live-tail', brokers: 'shared', targets: [], round: broker => tailRound(broker, 3000) },
]

/** Reads a partition of half a gigabyte, which the page cache holds, in fetches of 1 MiB. */
async function fetchRound(broker: Broker, seconds: number): Promise<Measurement> {
  const topic = `fetch-${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`
  await createTopic(broker.port, topic, 1)
  try {
    const fetches = await fill(broker, topic)
    let turn = 0
    const cpuBefore = cpuSeconds(broker.pid)
    const result = await runPipeline({
      port: broker.port,
      connections: 1,
      depth: 1,
      secondsMax: seconds,
      requestsMax: Number.MAX_SAFE_INTEGER,
      nextFrame: () => fetches[turn++ % fetches.length] as Uint8Array,
      check: checkFetched(topic),
    })
    const cpu = cpuSeconds(broker.pid) - cpuBefore
    return {
      'MB/s': result.receivedBytes / 1e6 / result.seconds,
      'CPU s/GB': cpu / (result.receivedBytes / 1e9),
      'p99 ms': quantile(result.latenciesMs, 0.99),
    }
  } finally {
    await deleteTopic(broker.port, topic)
  }
}

/** Writes half a gigabyte to partition 0, and returns the fetches that read it from its beginning to its end. */
async function fill(broker: Broker, topic: string): Promise<Uint8Array[]> {
  const { batch, records } = buildBatch(BATCH)
  const frame = produceFrame(topic, 0, batch, 1)
  await runPipeline({
    port: broker.port,
    connections: 1,
    depth: 5,
    secondsMax: 60,
    requestsMax: PARTITION_BATCHES,
    nextFrame: () => frame,
    check: checkProduced(topic),
  })
  const stride = Math.floor(FETCH_BYTES / batch.length)
  return Array.from({ length: Math.floor(PARTITION_BATCHES / stride) }, (_, index) =>
    fetchFrame(topic, {
      partition: 0,
      offset: index * stride * records,
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
    }),
  )
}

/** One-record requests on one connection, alone and while another reads a partition that no memory holds. */
async function coldRound(broker: Broker): Promise<Measurement> {
  const suffix = Math.random().toString(36).slice(2, 10).padEnd(8, '0')
  const [cold, live] = [`colds-${suffix}`, `lives-${suffix}`]
  await createTopic(broker.port, cold, 1)
  await createTopic(broker.port, live, 1)
  try {
    const fetches = await fill(broker, cold)
    dropFromPageCache(join(broker.directory, `${cold}-0`))
    const { batch } = buildBatch({ recordBytes: 1024, batchBytes: 0, compression: 'none' })
    const frame = produceFrame(live, 0, batch, 1)
    const produce = (seconds: number) =>
      runPipeline({
        port: broker.port,
        connections: 1,
        depth: 1,
        secondsMax: seconds,
        requestsMax: Number.MAX_SAFE_INTEGER,
        nextFrame: () => frame,
        check: checkProduced(live),
      })
    const alone = await produce(1)
    let turn = 0
    const reading = runPipeline({
      port: broker.port,
      connections: 1,
      depth: 1,
      secondsMax: 60,
      requestsMax: fetches.length,
      nextFrame: () => fetches[turn++] as Uint8Array,
      check: checkFetched(cold),
    })
    const [beside, read] = await Promise.all([produce(1), reading])
    return {
      'p99 ms': quantile(beside.latenciesMs, 0.99),
      'p99 alone': quantile(alone.latenciesMs, 0.99),
      'cold MB/s': read.receivedBytes / 1e6 / read.seconds,
    }
  } finally {
    await deleteTopic(broker.port, cold)
    await deleteTopic(broker.port, live)
  }
}

/** What follows must come from the disk. */
function dropFromPageCache(directory: string): void {
  for (const name of readdirSync(directory)) {
    const file = join(directory, name)
    execFileSync('sync', [file])
    execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'])
  }
}

/** One producer, one reader that waits at the end of the log: from the producer's send to the reader's bytes. */
async function tailRound(broker: Broker, records: number): Promise<Measurement> {
  const topic = `tails-${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`
  const { batch } = buildBatch({ recordBytes: 1024, batchBytes: 0, compression: 'none' })
  await createTopic(broker.port, topic, 1)
  const producer = await Exchange.open(broker.port)
  const consumer = await Exchange.open(broker.port)
  const produced = checkProduced(topic)
  const fetched = checkFetched(topic)
  const frame = produceFrame(topic, 0, batch, 1)
  const latenciesMs: number[] = []
  const round = async (offset: number) => {
    const waiting = consumer.send(
      fetchFrame(topic, { partition: 0, offset, maxWaitMs: 5000, minBytes: 1, maxBytes: FETCH_BYTES }),
    )
    const sentAt = performance.now()
    const produceAnswer = producer.send(frame)
    fetched(await waiting)
    latenciesMs.push(performance.now() - sentAt)
    produced(await produceAnswer)
  }
  try {
    let offset = 0
    while (offset < records / 10) await round(offset++)
    latenciesMs.length = 0
    const cpuBefore = cpuSeconds(broker.pid)
    for (let count = 0; count < records; count++) await round(offset++)
    return {
      'p50 ms': quantile(latenciesMs, 0.5),
      'p99 ms': quantile(latenciesMs, 0.99),
      'CPU s/Mreq': ((cpuSeconds(broker.pid) - cpuBefore) / (2 * records)) * 1e6,
    }
  } finally {
    producer.close()
    consumer.close()
    await deleteTopic(broker.port, topic)
  }
}
