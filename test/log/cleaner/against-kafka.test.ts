import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Throttle } from '../../../src/log/cleaner/throttle.ts'
import { SegmentedLog } from '../../../src/log/segmented-log.ts'
import { NodeDisk } from '../../../src/platform/node-disk.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import type { CompressionType } from '../../../src/protocol/records/compression-type.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../../src/protocol/records/control-record.ts'
import { defaultLogConfig } from '../../support/default-log-config.ts'
import { java, javac, log4jArgs, resolveJars, shortLivedJvmArgs, temporaryDirectory } from '../../support/java.ts'
import { skipWithout } from '../../support/require.ts'
import { accepted, openManager, tools, topicId } from '../harness.ts'

const utf8 = new TextEncoder()
const source = fileURLToPath(new URL('../java/CompactLog.java', import.meta.url))
const segmentBytes = 4000
/** Too small for every key at once, so that a round ends in the middle of the log; 90 keys fit into either. */
const mapBytes = { kafka: 24 * 100, ottla: 8 + 24 * 101 }

const config = {
  ...defaultLogConfig,
  segmentBytes,
  isCompacted: true,
  isDeleted: false,
  deleteRetentionMs: 500,
  fileDeleteDelayMs: 0,
}

describe('a log that Ottla compacts', { skip: skipWithout('java') }, () => {
  let classPath: string[] = []

  before(async () => {
    const jars = await resolveJars('kafka-4.3.1')
    classPath = [...jars, await javac([source], jars)]
  })

  async function run(...args: string[]): Promise<string> {
    const jvmArgs = [...shortLivedJvmArgs, ...log4jArgs()]
    const { code, stdout, stderr } = await java({ classPath, mainClass: 'CompactLog', args, jvmArgs })
    assert.equal(code, 0, stdout + stderr)
    return stdout
  }

  test("holds the batches that Kafka's cleaner leaves of it, round after round", async () => {
    const home = await temporaryDirectory('compacted')
    const ours = join(home.path, 'ours')
    const theirs = join(home.path, 'theirs')
    mkdirSync(ours)
    await fill(ours)
    cpSync(ours, theirs, { recursive: true })
    let firstDirtyOffset = 0
    for (const laterMs of [10_000, 20_000, 30_000]) {
      const nowMs = 1_700_000_000_000 + laterMs
      const cleaned = await compact(ours, firstDirtyOffset, laterMs)
      const said = await run(
        'compact',
        join(theirs, 't-0'),
        `${firstDirtyOffset}`,
        `${nowMs}`,
        `${segmentBytes}`,
        `${mapBytes.kafka}`,
      )
      assert.match(said, new RegExp(`cleaned ${cleaned} in`))
      firstDirtyOffset = cleaned
      const printed = await run('print', join(ours, 't-0'))
      assert.equal(printed, await run('print', join(theirs, 't-0')))
      assert.match(printed, /OptionalLong\[/, 'some batch has a delete horizon')
    }
    home.remove()
  })

  async function open(directory: string) {
    const harness = await openManager(new NodeDisk(), { logDirs: [directory], metadataLogDir: directory })
    await harness.manager.loadLogs(() => config)
    const log = await harness.manager.getOrCreate({ topic: 't', partition: 0, topicId, config })
    assert(log instanceof SegmentedLog)
    log.updateHighWatermark(log.logEndOffset)
    return { ...harness, log }
  }

  async function compact(directory: string, firstDirtyOffset: number, laterMs: number): Promise<number> {
    const { manager, clock, log } = await open(directory)
    log.cleanedOffset = firstDirtyOffset
    clock.advance(laterMs)
    const range = (await log.cleanableRange())!
    const result = await log.compact(range, {
      throttle: new Throttle(clock, () => Number.POSITIVE_INFINITY),
      dedupeBufferBytes: mapBytes.ottla,
      dedupeBufferLoadFactor: 0.9,
      chunkBytes: 1000,
    })
    await manager.close()
    return result!.endOffset
  }

  /** Updates and tombstones in every compression, and transactions of either fate. */
  async function fill(directory: string): Promise<void> {
    const { manager, log } = await open(directory)
    let seed = 7
    const draw = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      return (seed >>> 8) % below
    }
    const sequences = new Map<number, number>()
    let timestamp = 1_700_000_000_000
    for (let round = 0; round < 400; round++) {
      const producerId = draw(4) - 1
      const isTransactional = producerId >= 0 && draw(3) === 0
      const records = Array.from({ length: 1 + draw(5) }, () => ({
        timestamp: timestamp++,
        key: utf8.encode(`key ${draw(120)}`),
        value: draw(6) === 0 ? null : utf8.encode(`value ${timestamp} `.repeat(1 + draw(4))),
        headers: draw(9) === 0 ? [{ key: 'h', value: utf8.encode('header') }] : [],
      }))
      const baseSequence = sequences.get(producerId) ?? 0
      const producer = producerId < 0 ? {} : { producerId, producerEpoch: 0, baseSequence }
      const compressionType = draw(5) as CompressionType
      const batch = writeBatch(records, { compressionType, isTransactional, ...producer }, tools)
      await accepted(await log.produce(batch, { leaderEpoch: 3 })).written
      sequences.set(producerId, baseSequence + records.length)
      if (!isTransactional) continue
      const type = draw(2) === 0 ? ControlRecordType.COMMIT : ControlRecordType.ABORT
      const marker = { timestamp: timestamp++, key: controlRecordKey(type), value: endTransactionMarkerValue(0) }
      const options = { producerId, producerEpoch: 0, isControl: true, isTransactional: true }
      await accepted(
        log.appendAsLeader(writeBatch([marker], options, tools), { leaderEpoch: 3, origin: 'coordinator' }),
      ).written
    }
    await manager.close()
  }
})
