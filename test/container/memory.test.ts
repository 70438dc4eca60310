import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { createTopic } from '../../bench/support/admin.ts'
import { buildBatch } from '../../bench/support/batches.ts'
import { checkProduced, produceFrame } from '../../bench/support/frames.ts'
import { type PipelineResult, runPipeline } from '../../bench/support/pipeline.ts'
import { residentMegabytes } from '../../bench/support/process.ts'
import { Fetch } from '../../src/protocol/apis/fetch.ts'
import { encodeRequestFrame } from '../../src/protocol/frame.ts'
import { skipWithout } from '../support/require.ts'
import { Container } from './support/container.ts'
import { docker } from './support/docker.ts'
import { ottlaImage } from './support/image.ts'

const limit = '128m'
const limitBytes = 128 << 20
const topic = 'orders'
/** As many as fill a consumer's largest answer. */
const partitions = 64

/** What Kafka's clients do by default: 16 KiB a batch, 1 MiB a request, five of them on their way. */
const producer = { batchBytes: 16_384, requestBytesMax: 1_000_000, inFlight: 5 }
/** The defaults of a consumer's `fetch.max.bytes`, `max.partition.fetch.bytes`, `fetch.min.bytes` and `fetch.max.wait.ms`. */
const consumer = { maxBytes: 50 << 20, partitionMaxBytes: 1 << 20, minBytes: 1, maxWaitMs: 500 }

const producers = 4
const consumers = 4
const producedBytesMax = 1_000_000_000
const secondsMax = 4

describe(`a broker that may use ${limit}`, { skip: skipWithout('docker'), timeout: 600_000 }, () => {
  let image: string
  before(async () => {
    image = await ottlaImage()
  })

  it('survives producers and consumers that ask for what they ask for by default', async test => {
    await using container = await Container.run(image, { options: ['--memory', limit, '--memory-swap', limit] })
    const port = await container.served()
    await createTopic(port, topic, partitions)

    const large = await produce(port, producer.requestBytesMax, 1, 2 * partitions)
    const small = await produce(port, producer.batchBytes, producers, Number.POSITIVE_INFINITY)
    const [beside, read] = await Promise.all([
      produce(port, producer.batchBytes, producers, Number.POSITIVE_INFINITY),
      consume(port),
    ])

    const { now, peak } = residentMegabytes(await container.pid())
    test.diagnostic(`produced ${rate(large)} in requests of 1 MB, ${rate(small)} in batches of 16 KiB`)
    test.diagnostic(`read ${rate(read)} in answers of up to 50 MiB, beside ${beside.requests} requests that produced`)
    test.diagnostic(`${now.toFixed(0)} MB resident, ${peak.toFixed(0)} at most; of that the heap may be 48`)
    const state = await docker('inspect', '--format', '{{.State.Running}} {{.State.OOMKilled}}', container.id)
    assert.equal(state, 'true false', await container.logs())
    assert.equal((await container.shell('cat /proc/1/environ')).includes('--max-heap-size=48'), true)
    assert.ok(read.receivedBytes > consumer.maxBytes)
  })

  it('knows its limit by the kernel that there is, also where it sees the whole tree of cgroups', async test => {
    for (const namespace of ['private', 'host']) {
      const options = ['--memory', limit, '--cgroupns', namespace]
      await using container = await Container.run(image, { options })
      await container.served()
      const version = await container.shell('[ -e /sys/fs/cgroup/cgroup.controllers ] && echo 2 || echo 1')
      test.diagnostic(`version ${version.trim()} of cgroups, ${namespace} namespace`)
      // The heap's bound follows from what the script reads, the byte budget from what Node.js does.
      assert.equal((await container.shell('cat /proc/1/environ')).includes('--max-heap-size=48'), true)
      assert.equal(await container.shell("node --print 'process.constrainedMemory()'"), `${limitBytes}\n`)
    }
  })
})

async function produce(port: number, batchBytes: number, connections: number, requestsMax: number) {
  const { batch } = buildBatch({ recordBytes: 1024, batchBytes, compression: 'none' })
  const frames = Array.from({ length: partitions }, (_, partition) => produceFrame(topic, partition, batch, -1))
  let turn = 0
  const result = await runPipeline({
    port,
    connections,
    depth: producer.inFlight,
    secondsMax,
    requestsMax: Math.min(requestsMax, Math.floor(producedBytesMax / batch.length)),
    nextFrame: () => frames[turn++ % partitions]!,
    check: checkProduced(topic),
  })
  return { ...result, receivedBytes: result.requests * batch.length }
}

/** From the beginning of every partition, over and over. */
async function consume(port: number): Promise<PipelineResult> {
  const { partitionMaxBytes, ...bounds } = consumer
  const request = {
    ...bounds,
    topics: [
      {
        topic,
        partitions: Array.from({ length: partitions }, (_, partition) => ({
          ...{ partition, fetchOffset: 0, partitionMaxBytes },
        })),
      },
    ],
    forgottenTopicsData: [],
  }
  const frame = Buffer.concat(encodeRequestFrame(Fetch, 12, { correlationId: 1, clientId: 'consumer' }, request))
  return runPipeline({
    ...{ port, connections: consumers, depth: 1, secondsMax, requestsMax: Number.POSITIVE_INFINITY },
    nextFrame: () => frame,
    check: () => {},
  })
}

function rate({ receivedBytes, seconds }: PipelineResult): string {
  return `${(receivedBytes / 1e6 / seconds).toFixed(0)} MB/s`
}
