import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findBatchRange } from '../../src/log/batch-range.ts'
import { batchOf } from './harness.ts'

test('a range says where it ends also when the index knows a batch right behind the bytes', () => {
  const first = batchOf(['a'], { baseOffset: 4 })
  const bytes = Buffer.concat([first, batchOf(['b'], { baseOffset: 5 })])
  const limits = { startOffset: 4, maxOffset: 100, maxBytes: bytes.length, minOneBatch: false }
  const expected = { start: 0, end: bytes.length, nextOffset: 6, cutBatchBytes: 0 }
  assert.deepEqual(
    findBatchRange(bytes, 0, bytes.length, limits, () => bytes.length),
    expected,
  )
  assert.deepEqual(
    findBatchRange(bytes, 0, bytes.length, limits, () => first.length),
    expected,
  )
})
