import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Throttle } from '../../../src/log/cleaner/throttle.ts'
import type { LogConfig } from '../../../src/log/log-config.ts'
import type { LogManager } from '../../../src/log/log-manager.ts'
import type { PartitionLog } from '../../../src/log/partition-log.ts'
import { SegmentedLog } from '../../../src/log/segmented-log.ts'
import { NodeDisk } from '../../../src/platform/node-disk.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import type { CompressionType } from '../../../src/protocol/records/compression-type.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../../src/protocol/records/control-record.ts'
import { accepted, openManager, tools as recordTools, topicId } from '../../log/harness.ts'
import { defaultLogConfig } from '../../support/default-log-config.ts'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import { skipWithout } from '../../support/require.ts'

const utf8 = new TextEncoder()
const leaderEpoch = 3
/** Segments of a few dozen batches, each with several index entries. */
const config: LogConfig = {
  ...defaultLogConfig,
  segmentBytes: 5000,
  indexIntervalBytes: 300,
  isDeleted: false,
  fileDeleteDelayMs: 0,
  deleteRetentionMs: 500,
}
const trouble = /mismatch|not found|invalid|corrupt|exception|could not/i

/** What becomes of a log, once it is filled; it is closed when that is done. */
const fates: Record<string, (log: SegmentedLog, manager: LogManager, dirs: readonly string[]) => Promise<unknown>> = {
  async plain() {},
  async compacted(log) {
    for (let round = 0; round < 3; round++) {
      const range = await log.cleanableRange()
      assert.ok(range !== undefined && range.firstUncleanableOffset > 0)
      const clock = { nowMs: Date.now, monotonicMs: () => performance.now(), schedule: () => ({ cancel() {} }) }
      await log.compact(range, {
        throttle: new Throttle(clock, () => Number.POSITIVE_INFINITY),
        dedupeBufferBytes: 1 << 20,
        dedupeBufferLoadFactor: 0.9,
        chunkBytes: 4096,
      })
      await fill(log, 100 + round)
    }
  },
  async truncated(log) {
    const [, , third] = log.segments
    await log.truncateTo((third?.baseOffset ?? 0) + 17)
    await fill(log, 50)
    await log.truncateTo(log.nextOffset - 3)
    await fill(log, 51)
  },
  async emptied(log) {
    await log.truncateFullyAndStartAt(1_000_000)
    await fill(log, 60)
  },
  async deleted(log) {
    log.config = { ...config, isDeleted: true, retentionBytes: 15_000, retentionMs: -1 }
    assert.ok((await log.deleteOldSegments(Date.now())) > 0)
    await fill(log, 70)
  },
  async moved(log, manager, [, to = '']) {
    const { topic, partition } = log
    const future = await manager.futures.create(topic, partition, to)
    assert.ok(future !== undefined)
    while (future.nextOffset < log.logEndOffset) {
      const read = await log.read(future.nextOffset, { maxBytes: 9000, isolation: 'log-end', minOneBatch: true })
      assert.ok('chunks' in read)
      for (const chunk of read.chunks) await accepted(future.appendAsFollower(chunk, leaderEpoch)).written
      read.release()
    }
    manager.futures.follow(topic, partition, () => assert.fail('it follows'))
    await fill(log, 80)
    const { log: moved, done } = manager.futures.promote(topic, partition)
    await fill(moved, 81)
    await done
    await fill(moved, 82)
  },
}

/** Every codec, idempotent producers, transactions of either fate, tombstones. */
async function fill(log: PartitionLog, seedOfFill: number): Promise<void> {
  let seed = seedOfFill
  const draw = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  const sequences = new Map<number, number>()
  let timestamp = 1_699_999_000_000 + seedOfFill * 1000
  for (let round = 0; round < 150; round++) {
    // Producers of each fill are its own, so that none has forgotten its numbers.
    const producerId = draw(4) === 0 ? -1 : seedOfFill * 10 + draw(3)
    const isTransactional = producerId >= 0 && draw(3) === 0
    const records = Array.from({ length: 1 + draw(5) }, () => ({
      timestamp: timestamp + draw(50),
      key: utf8.encode(`key ${draw(120)}`),
      value: draw(6) === 0 ? null : utf8.encode(`value ${draw(1000)} `.repeat(1 + draw(30))),
    }))
    timestamp += 10
    const baseSequence = sequences.get(producerId) ?? 0
    const producer = producerId < 0 ? {} : { producerId, producerEpoch: 0, baseSequence }
    const compressionType = draw(5) as CompressionType
    const batch = writeBatch(records, { compressionType, isTransactional, ...producer }, recordTools)
    await accepted(await log.produce(batch, { leaderEpoch })).written
    sequences.set(producerId, baseSequence + records.length)
    if (!isTransactional) continue
    const type = draw(2) === 0 ? ControlRecordType.COMMIT : ControlRecordType.ABORT
    const marker = { timestamp, key: controlRecordKey(type), value: endTransactionMarkerValue(0) }
    const options = { producerId, producerEpoch: 0, isControl: true, isTransactional: true }
    const bytes = writeBatch([marker], options, recordTools)
    await accepted(log.appendAsLeader(bytes, { leaderEpoch, origin: 'coordinator' })).written
  }
  log.updateHighWatermark(log.logEndOffset)
}

describe('what Ottla wrote, whatever became of it since', { skip: skipWithout('java') }, () => {
  let home: { path: string; remove(): void }
  let tools: JavaTools
  let dirs: string[] = []

  async function open(): Promise<LogManager> {
    const { manager } = await openManager(new NodeDisk(), {
      logDirs: dirs,
      metadataLogDir: dirs[0] as string,
      openFilesMax: 100,
    })
    await manager.loadLogs(() => config)
    return manager
  }

  before(async () => {
    home = await temporaryDirectory('dumped')
    tools = await JavaTools.start()
    dirs = ['a', 'b'].map(name => join(home.path, name))
    for (const dir of dirs) mkdirSync(dir)
    const manager = await open()
    for (const [topic, befall] of Object.entries(fates)) {
      const isCompacted = topic === 'compacted'
      const options = { topic, partition: 0, topicId, config: { ...config, isCompacted }, logDir: dirs[0] }
      const log = await manager.getOrCreate(options)
      assert.ok(log instanceof SegmentedLog)
      await fill(log, 1)
      await befall(log, manager, dirs)
    }
    // One that a killed process has left, torn in the middle of a batch.
    const killed = await manager.getOrCreate({ topic: 'killed', partition: 0, topicId, config, logDir: dirs[0] })
    await fill(killed, 1)
    await manager.close(-1, false)
    const torn =
      readdirSync(join(home.path, 'a/killed-0'))
        .filter(name => name.endsWith('.log'))
        .sort()
        .at(-1) ?? ''
    appendFileSync(
      join(home.path, 'a/killed-0', torn),
      writeBatch([{ timestamp: 1, key: null, value: utf8.encode('torn') }], {}, recordTools).subarray(0, 70),
    )
    const again = await open()
    await fill(again.get('killed', 0) as PartitionLog, 90)
    await again.close()
  })

  after(async () => {
    await tools?.stop()
    home?.remove()
  })

  const directoryOf = (topic: string) => join(home.path, topic === 'moved' ? 'b' : 'a', `${topic}-0`)

  function filesOf(topic: string, suffix: string): string[] {
    const directory = directoryOf(topic)
    const names = readdirSync(directory).filter(name => name.endsWith(suffix))
    return names.sort().map(name => join(directory, name))
  }

  async function dumped(files: readonly string[], ...options: string[]): Promise<string> {
    const { code, stdout, stderr } = await tools.run('DumpLogSegments', ['--files', files.join(','), ...options])
    assert.equal(code, 0, stderr)
    // The tool expects each file to begin at offset 0, and compacted ones to be without gaps.
    const said = stderr.replaceAll(/Non-(consecutive|secutive) offsets in .*\n( {2}-?\d+ is followed by \d+\n)+/g, '')
    assert.equal(said, '')
    return stdout
  }

  for (const topic of [...Object.keys(fates), 'killed']) {
    test(`DumpLogSegments finds nothing wrong with a log that was ${topic}`, async () => {
      const logs = filesOf(topic, '.log')
      assert.ok(logs.length > 2, 'it has rolled')
      const records = await dumped(logs, '--deep-iteration', '--print-data-log')
      assert.doesNotMatch(records, trouble)
      assert.match(records, /isvalid: true/)
      assert.doesNotMatch(records, /isvalid: false/)
      for (const suffix of ['.index', '.timeindex']) {
        const files = filesOf(topic, suffix)
        assert.equal(files.length, logs.length)
        for (const option of ['--verify-index-only', '--index-sanity-check']) {
          assert.doesNotMatch(await dumped(files, option), /mismatch|not found|exception/i)
        }
        assert.doesNotMatch(await dumped(files), trouble)
      }
      const aborted = filesOf(topic, '.txnindex')
      assert.ok(aborted.length > 0)
      assert.match(await dumped(aborted), /version: 0 producerId: \d+ firstOffset: \d+ lastOffset: \d+/)
      const snapshots = filesOf(topic, '.snapshot')
      assert.ok(snapshots.length > 0)
      const producers = await dumped(snapshots)
      assert.match(producers, /producerId: \d+ producerEpoch: 0/)
      assert.doesNotMatch(producers, trouble)
    })
  }
})
