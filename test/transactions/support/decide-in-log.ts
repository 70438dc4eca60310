import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32c } from '@node-rs/crc32'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { TransactionRecord } from '../../../src/transactions/transaction-record.ts'
import { transactionRecordSerde } from '../../../src/transactions/transaction-record-serde.ts'
import { prepared } from '../../../src/transactions/transitions.ts'

/**
 * Writes into the log of a broker that is not running that an open transaction is decided: what a broker leaves behind
 * that ends between the decision and the last marker.
 */
export function decideInLog(directory: string, transactionalId: string, state: 'PrepareCommit' | 'PrepareAbort'): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith('__transaction_state-')) continue
    const path = join(directory, name, '00000000000000000000.log')
    if (!existsSync(path)) continue
    const log = readFileSync(path)
    let last: TransactionRecord | undefined
    let nextOffset = 0
    let leaderEpoch = 0
    for (const batch of batchesOf(log)) {
      nextOffset = batch.nextOffset
      leaderEpoch = batch.partitionLeaderEpoch
      for (const { key, value } of recordsOf(batch, batch.recordBytes)) {
        const record = key === null ? undefined : transactionRecordSerde.decode(key, value)
        if (record?.transactionalId === transactionalId) last = record
      }
    }
    if (last === undefined || last.value === null) continue
    assert.equal(last.value.state, 'Ongoing')
    const value = prepared(last.value, state === 'PrepareCommit' ? 'commit' : 'abort', 2, -1, Date.now())
    const record = { ...last, value }
    const bytes = Buffer.from(
      writeBatch(
        [
          {
            timestamp: Date.now(),
            key: transactionRecordSerde.encodeKey(record),
            value: transactionRecordSerde.encodeValue(record),
          },
        ],
        {},
        { crc32c: data => crc32c(data) },
      ),
    )
    bytes.writeBigInt64BE(BigInt(nextOffset), 0)
    bytes.writeInt32BE(leaderEpoch, 12)
    appendFileSync(path, bytes)
    return
  }
  assert.fail(`no open transaction of ${transactionalId}`)
}
