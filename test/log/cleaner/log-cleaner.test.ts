import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CleanableRange } from '../../../src/log/cleaner/cleanable-range.ts'
import { LogCleaner } from '../../../src/log/cleaner/log-cleaner.ts'
import { LogDirOfflineError } from '../../../src/log/partition-log.ts'
import type { SegmentedLog } from '../../../src/log/segmented-log.ts'
import { CollectedLoggers, ManualClock } from '../harness.ts'

const config = {
  isEnabled: true,
  threads: 1,
  dedupeBufferBytes: 1024,
  dedupeBufferLoadFactor: 0.9,
  ioBufferBytes: 1024,
  ioBytesPerSecondMax: Number.POSITIVE_INFINITY,
  backoffMs: 15_000,
}

const due: CleanableRange = {
  firstDirtyOffset: 0,
  firstUncleanableOffset: 10,
  cleanableBytes: 100,
  cleanableRatio: 1,
  isReset: false,
  isDue: true,
}

const result = { endOffset: 10, bytesRead: 0, bytesKept: 0, recordsRead: 0, recordsKept: 0 }

/** Due until it is compacted. */
class StubbedLog {
  readonly topic: string
  readonly partition = 0
  readonly config = { isCompacted: true }
  readonly isOffline = false
  readonly isCleaningPaused = false
  readonly range: Partial<CleanableRange>
  isCompacted = false
  compacting: Promise<void> = Promise.resolve()
  deleting: Promise<void> = Promise.resolve()

  constructor(topic: string, range: Partial<CleanableRange> = {}) {
    this.topic = topic
    this.range = range
  }

  async cleanableRange(): Promise<CleanableRange | undefined> {
    return this.isCompacted ? undefined : { ...due, ...this.range }
  }

  async compact() {
    await this.compacting
    this.isCompacted = true
    return result
  }

  async deleteOldSegments() {
    await this.deleting
    return 0
  }

  abortCleaning() {}
}

function cleanerOf(logs: readonly StubbedLog[], saveCleanedOffsets: (log: SegmentedLog) => Promise<void>) {
  const clock = new ManualClock()
  const logger = new CollectedLoggers().named()
  const options = { clock, logger, config: () => config, logs: () => logs as unknown as SegmentedLog[] }
  return { clock, cleaner: new LogCleaner({ ...options, saveCleanedOffsets }) }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
}

test('a cleaning that ends while others are looked for is followed by the next one at once', async () => {
  const [first, second] = [new StubbedLog('first'), new StubbedLog('second', { cleanableRatio: 0.9 })]
  const { promise, resolve } = Promise.withResolvers<void>()
  // Old segments of the one that waits are being deleted while the first is compacted.
  second.deleting = promise
  const { clock, cleaner } = cleanerOf([first, second], async () => {})
  cleaner.start()
  clock.advance(0)
  await turns()
  assert.deepEqual([first.isCompacted, second.isCompacted], [true, false])
  resolve()
  await turns()
  clock.advance(0)
  await turns()
  assert.equal(second.isCompacted, true)
  await cleaner.stop()
})

test('a log whose directory fails keeps no other one from being compacted', async () => {
  const [failing, sound] = [new StubbedLog('failing', { isReset: true, isDue: false }), new StubbedLog('sound')]
  const { clock, cleaner } = cleanerOf([failing, sound], async ({ topic }) => {
    if (topic === 'failing') throw new LogDirOfflineError('/data')
  })
  cleaner.start()
  clock.advance(0)
  await turns()
  assert.equal(sound.isCompacted, true)
  await cleaner.stop()
})
