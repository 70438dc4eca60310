import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchAt, framingErrorCode } from '../../../src/broker/produce/batch-framing.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'

function batch(options: { magic?: number; length?: number; attributes?: number; sizeInBytes?: number } = {}) {
  const bytes = Buffer.alloc(options.sizeInBytes ?? 61)
  bytes.writeInt32BE(options.length ?? bytes.length - 12, 8)
  bytes.writeInt8(options.magic ?? 2, 16)
  bytes.writeInt16BE(options.attributes ?? 0, 21)
  return bytes
}

const rows: readonly (readonly [string, Uint8Array, number, number])[] = [
  ['one batch is allowed', batch(), 3, 0],
  ['no batch is INVALID_RECORD', new Uint8Array(), 3, ErrorCode.INVALID_RECORD],
  ['a batch cut short is INVALID_RECORD', batch().subarray(0, 40), 3, ErrorCode.INVALID_RECORD],
  ['two batches are INVALID_RECORD', Buffer.concat([batch(), batch()]), 3, ErrorCode.INVALID_RECORD],
  ['bytes behind that are no batch are left to the log', Buffer.concat([batch(), Buffer.alloc(5)]), 3, 0],
  [
    'bytes behind that cannot be a batch are CORRUPT_MESSAGE',
    Buffer.concat([batch(), Buffer.alloc(20)]),
    3,
    ErrorCode.CORRUPT_MESSAGE,
  ],
  ['magic 1 is INVALID_RECORD', batch({ magic: 1 }), 3, ErrorCode.INVALID_RECORD],
  ['magic 3 is CORRUPT_MESSAGE', batch({ magic: 3 }), 3, ErrorCode.CORRUPT_MESSAGE],
  ['a length that cannot be is CORRUPT_MESSAGE', batch({ length: 13 }), 3, ErrorCode.CORRUPT_MESSAGE],
  ['zstd is refused before version 7', batch({ attributes: 4 }), 6, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE],
  ['zstd is allowed from version 7', batch({ attributes: 4 }), 7, 0],
]

for (const [name, records, version, errorCode] of rows) {
  test(name, () => {
    assert.equal(framingErrorCode(records, version), errorCode)
  })
}

test('a corrupt batch is described in the words of Kafka', () => {
  assert.deepEqual(batchAt(batch({ length: 3 }), 0), {
    corruption: 'Record size 3 is less than the minimum record overhead (14)',
  })
  assert.deepEqual(batchAt(batch({ magic: -1 }), 0), { corruption: 'Invalid magic found in record: -1' })
})
