import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipWithout } from '../../support/require.ts'
import { measureReductions } from './compaction-run.ts'

test('LogCompactionTester finds every row, and as much gone as with Kafka', { skip: skipWithout('java') }, async t => {
  const { ottla, kafka } = await measureReductions(100_000, 4)
  t.diagnostic(`reduced by ${ottla} %, Kafka by ${kafka} %`)
  assert(Math.abs(ottla - kafka) <= 5, `reduced by ${ottla} %, Kafka by ${kafka} %`)
})
