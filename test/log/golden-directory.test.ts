import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeRecords } from '../../src/log/offset-lookup.ts'
import type { PartitionLog } from '../../src/log/partition-log.ts'
import { batchesOf } from '../../src/protocol/records/record-batch.ts'
import { defaultLogConfig } from '../support/default-log-config.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, checksum, compression, openManager } from './harness.ts'

// Made by Kafka 4.3.1: `test/log/java/MakeTopic.java` against a node that then shut down.
const directory = fileURLToPath(new URL('../fixtures/golden-0', import.meta.url))
const golden = new Map(readdirSync(directory).map(name => [name, new Uint8Array(readFileSync(`${directory}/${name}`))]))
const config = { ...defaultLogConfig, segmentBytes: 700, indexIntervalBytes: 100 }

const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const expected = [
  ...compressions.flatMap(name => [0, 1, 2, 3, 4, 5].map(index => `k${index}=${name} value ${index}`)),
  't=aborted',
  undefined,
  't=committed',
  undefined,
]

async function open(names: readonly string[], isClean: boolean, zerosBehind: (name: string) => number = () => 0) {
  const disk = new MemoryDisk()
  for (const name of names) {
    const bytes = Buffer.concat([golden.get(name)!, new Uint8Array(zerosBehind(name))])
    disk.put(`/data/golden-0/${name}`, bytes)
  }
  if (isClean) disk.put('/data/.kafka_cleanshutdown', new TextEncoder().encode('{"version":0,"brokerEpoch":12}'))
  const harness = await openManager(disk, { producerIdExpirationMs: () => Number.MAX_SAFE_INTEGER })
  await harness.manager.loadLogs(() => config)
  return { ...harness, disk, log: harness.manager.get('golden', 0)! }
}

async function contents(log: PartitionLog): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  log.updateHighWatermark(log.logEndOffset)
  while (found.length < log.logEndOffset) {
    const read = await log.read(found.length, { maxBytes: 200, isolation: 'log-end', minOneBatch: true })
    assert.ok('chunks' in read)
    for (const batch of read.chunks.flatMap(chunk => [...batchesOf(chunk)])) {
      for (const { key, value } of decodeRecords(batch, {
        checksum,
        compression,
        decompressedBatchBytesMax: 1 << 20,
      })) {
        found.push(batch.isControl ? undefined : `${text(key)}=${text(value)}`)
      }
    }
  }
  return found
}

function text(bytes: Uint8Array | null): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array())
}

test("a directory that Kafka closed is Ottla's at once", async () => {
  const { log, loggers, manager } = await open([...golden.keys()], true)
  assert.equal(manager.previousBrokerEpoch, 12)
  assert.equal(log.topicId, 'ujr5-KchR7CoS2ZiMow58Q')
  assert.deepEqual(await contents(log), expected)
  assert.equal(log.activeProducers().length, 6)
  assert.deepEqual(log.endOffsetForEpoch(0), { leaderEpoch: 0, endOffset: 34 })
  const read = await log.read(30, { maxBytes: 1000, isolation: 'read-committed', minOneBatch: true })
  assert.ok('chunks' in read)
  assert.deepEqual(read.abortedTransactions, [{ producerId: 5, firstOffset: 30 }])
  assert.deepEqual(
    loggers.lines.filter(line => !line.startsWith('INFO')),
    [],
  )
})

test('a directory that Kafka was killed on, preallocated indexes and all, is recovered', async () => {
  const kept = [...golden.keys()].filter(name => name !== '00000000000000000034.snapshot')
  const { disk, log } = await open(kept, false, name => (name.includes('31.') && /index$/.test(name) ? 10_000 : 0))
  assert.deepEqual(await contents(log), expected)
  assert.equal(log.activeProducers().length, 6)
  assert.ok(disk.files.has('/data/golden-0/00000000000000000031.index'))
})

test('from the .log files alone every other file comes out as Kafka wrote it', async () => {
  const kept = [...golden.keys()].filter(name => name.endsWith('.log') || name === 'partition.metadata')
  const { disk, manager } = await open(kept, false)
  await manager.close()
  for (const [name, bytes] of golden) {
    // Recovery takes no snapshots at the segments' beginnings.
    if (name === '00000000000000000015.snapshot' || name === '00000000000000000031.snapshot') continue
    assert.deepEqual(disk.files.get(`/data/golden-0/${name}`), bytes, name)
  }
})

test('the same batches, appended one by one, yield the same files byte for byte', async () => {
  const disk = new MemoryDisk()
  await disk.makeDirectory('/data')
  const { manager } = await openManager(disk)
  await manager.loadLogs(() => config)
  const log = await manager.getOrCreate({ topic: 'golden', partition: 0, topicId: 'ujr5-KchR7CoS2ZiMow58Q', config })
  for (const name of [...golden.keys()].filter(name => name.endsWith('.log')).toSorted()) {
    for (const batch of batchesOf(golden.get(name)!.slice())) {
      await accepted(log.appendAsFollower(batch.toBytes(), 0)).written
    }
  }
  await manager.close()
  for (const [name, bytes] of golden) assert.deepEqual(disk.files.get(`/data/golden-0/${name}`), bytes, name)
})
