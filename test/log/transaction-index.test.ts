import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AbortedTransaction, PartitionLog } from '../../src/log/partition-log.ts'
import type { CompletedTransaction } from '../../src/log/producer-state.ts'
import { TransactionIndex } from '../../src/log/transaction-index.ts'
import type { DiskFile } from '../../src/ports.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../src/protocol/records/control-record.ts'
import { defaultLogConfig } from '../support/default-log-config.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, opened, openLog, tools } from './harness.ts'

const timestamp = 1_700_000_000_000

/** What a log of one record an offset decides, where each step is of one of four producers: a record, or the end. */
function abortedBy(
  steps: readonly { producerId: number; ends: boolean; isAborted: boolean }[],
): CompletedTransaction[] {
  const open = new Map<number, number>()
  const aborted: CompletedTransaction[] = []
  for (const [offset, { producerId, ends, isAborted }] of steps.entries()) {
    const firstOffset = open.get(producerId)
    if (!ends && firstOffset === undefined) open.set(producerId, offset)
    if (!ends || firstOffset === undefined) continue
    open.delete(producerId)
    const lastStableOffset = Math.min(offset + 1, ...open.values())
    if (isAborted) aborted.push({ producerId, firstOffset, lastOffset: offset, isAborted: true, lastStableOffset })
  }
  return aborted
}

const steps = fc.array(
  fc.record({ producerId: fc.integer({ min: 1, max: 4 }), ends: fc.boolean(), isAborted: fc.boolean() }),
  { maxLength: 60 },
)
const offset = fc.nat({ max: 60 })

test('the aborted transactions of a range are those of a list that is gone through, also over two segments', () => {
  fc.assert(
    fc.property(steps, offset, offset, offset, (steps, split, start, length) => {
      const aborted = abortedBy(steps)
      const expected = aborted
        .filter(({ firstOffset, lastOffset }) => lastOffset >= start && firstOffset < start + length)
        .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
      const found: AbortedTransaction[] = []
      const isEarlier = ({ lastOffset }: CompletedTransaction) => lastOffset < split
      const first = TransactionIndex.of(aborted.filter(isEarlier))
      const second = TransactionIndex.of(aborted.filter(each => !isEarlier(each)))
      if (!first.collect(start, start + length, found)) second.collect(start, start + length, found)
      assert.deepEqual(found, expected)
    }),
  )
})

test('an index comes back from its bytes, and is cut where its log is', () => {
  fc.assert(
    fc.property(steps, offset, (steps, cut) => {
      const aborted = abortedBy(steps)
      const index = TransactionIndex.parse(TransactionIndex.of(aborted).toBytes(), 0)
      assert.ok(index !== undefined)
      assert.deepEqual([...index.entries()], aborted)
      const kept = aborted.filter(({ lastOffset }) => lastOffset < cut)
      assert.equal(index.truncateTo(cut), kept.length < aborted.length)
      assert.deepEqual([...index.entries()], kept)
      const next = { producerId: 9, firstOffset: 60, lastOffset: 61, isAborted: true, lastStableOffset: 62 }
      index.append(next)
      assert.deepEqual([...index.entries()], [...kept, next])
    }),
  )
})

/** Counts what is written to `.txnindex` files. */
class CountingDisk extends MemoryDisk {
  bytesWritten = 0

  override async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await super.open(path, mode)
    if (!path.endsWith('.txnindex')) return file
    return {
      ...file,
      write: (buffers, position) => {
        for (const { length } of buffers) this.bytesWritten += length
        return file.write(buffers, position)
      },
    }
  }
}

function abortOne(log: PartitionLog, transaction: number): void {
  const producer = { producerId: 7, producerEpoch: 0, isTransactional: true }
  const records = [{ timestamp, key: null, value: new Uint8Array(10) }]
  log.produce(writeBatch(records, { ...producer, baseSequence: transaction }, tools), { leaderEpoch: 0 })
  const marker = { timestamp, key: controlRecordKey(ControlRecordType.ABORT), value: endTransactionMarkerValue(0) }
  const bytes = writeBatch([marker], { ...producer, isControl: true }, tools)
  accepted(log.appendAsLeader(bytes, { leaderEpoch: 0, origin: 'coordinator', transactionVersion: 0 }))
}

async function abortedOf(log: PartitionLog): Promise<readonly AbortedTransaction[]> {
  log.updateHighWatermark(log.logEndOffset)
  const read = await log.read(0, { maxBytes: 1, isolation: 'read-committed', minOneBatch: true })
  assert.ok('chunks' in read)
  return read.abortedTransactions!
}

test('each aborted transaction is written once while its segment is appended to', async () => {
  const disk = new CountingDisk()
  const { log, manager } = await openLog(disk)
  await opened(log)
  for (let transaction = 0; transaction < 100; transaction++) {
    abortOne(log, transaction)
    await disk.idle()
  }
  assert.equal(disk.bytesWritten, 100 * 34)
  const file = disk.files.get('/data/t-0/00000000000000000000.txnindex')!
  await manager.close()
  assert.deepEqual(disk.files.get('/data/t-0/00000000000000000000.txnindex'), file)

  // A log that was closed and one that was cut go on where their files end.
  const again = await openLog(disk)
  await again.log.truncateTo(150)
  for (let transaction = 75; transaction < 78; transaction++) {
    abortOne(again.log, transaction)
    await disk.idle()
  }
  const index = TransactionIndex.parse(disk.files.get('/data/t-0/00000000000000000000.txnindex')!, 0)
  assert.equal(index?.count, 78)
})

test('where the index of aborted transactions is damaged its segment is read instead', async () => {
  for (const segmentBytes of [defaultLogConfig.segmentBytes, 200]) {
    const disk = new MemoryDisk()
    const { log, manager } = await openLog(disk, { segmentBytes })
    await opened(log)
    for (let transaction = 0; transaction < 3; transaction++) abortOne(log, transaction)
    await disk.idle()
    const aborted = await abortedOf(log)
    assert.ok(aborted.length > 0)
    await manager.close()
    const path = '/data/t-0/00000000000000000000.txnindex'
    disk.put(path, disk.files.get(path)!.subarray(1))
    const again = await openLog(disk, { segmentBytes })
    assert.deepEqual(await abortedOf(again.log), aborted)
    assert.ok(again.loggers.lines.some(line => line.startsWith(`WARN ${path} is damaged`)))
  }
})
