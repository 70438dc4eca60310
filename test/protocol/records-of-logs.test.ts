import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EndTxnMarker } from '../../src/protocol/control/end-txn-marker.ts'
import { encodeRecordKey, encodeRecordValue } from '../../src/protocol/coordinator/coordinator-record.ts'
import { groupRecordDecoder } from '../../src/protocol/coordinator/group/group-records.ts'
import { OffsetCommitKey, OffsetCommitValue } from '../../src/protocol/coordinator/group/offset-commit.ts'
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  METADATA_RECORDS,
} from '../../src/protocol/metadata/metadata-record.ts'
import {
  ControlRecordType,
  controlRecordKey,
  controlRecordType,
  coordinatorEpochOf,
  endTransactionMarkerValue,
} from '../../src/protocol/records/control-record.ts'
import { ProtocolError } from '../../src/protocol/schema/protocol-error.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('records of the metadata log', () => {
  test('are framed by frame version, key and version', () => {
    const encoded = encodeMetadataRecord({
      type: 'FeatureLevelRecord',
      version: 0,
      value: { name: 'metadata.version', featureLevel: 30 },
    })
    assert.equal(hex(encoded), '010c00' + '11' + Buffer.from('metadata.version').toString('hex') + '001e' + '00')
    const record = decodeMetadataRecord(encoded)
    assert.ok(record.type === 'FeatureLevelRecord')
    assert.deepEqual(record, {
      type: 'FeatureLevelRecord',
      version: 0,
      value: { name: 'metadata.version', featureLevel: 30 },
    })
  })

  test('have keys that nobody shares', () => {
    const keys = Object.values(METADATA_RECORDS).map(({ key }) => key)
    assert.equal(new Set(keys).size, keys.length)
  })

  for (const [what, bytes] of [
    ['frame version 0', '000c00'],
    ['frame version 2', '020c00'],
    ['an unknown type', '017f00'],
    ['an unknown version', '010c01'],
    ['bytes left over', '01140000' + '00'],
    ['nothing', ''],
  ] as const) {
    test(`with ${what} are refused`, () => {
      assert.throws(() => decodeMetadataRecord(Buffer.from(bytes, 'hex')), ProtocolError)
    })
  }
})

describe("records of a coordinator's topic", () => {
  const decoder = groupRecordDecoder()
  const key = encodeRecordKey(OffsetCommitKey, { group: 'g', topic: 't', partition: 3 })

  test('have a key that begins with the type and a value that begins with the version', () => {
    const value = encodeRecordValue(OffsetCommitValue, { offset: 2n ** 62n + 1n, metadata: '', commitTimestamp: 5 }, 3)
    assert.equal(hex(key), '0001' + '000167' + '000174' + '00000003')
    assert.equal(hex(value), '0003' + '4000000000000001' + 'ffffffff' + '0000' + '0000000000000005')
    const record = decoder.decode(key, value)
    assert.ok(record?.type === 'OffsetCommit')
    assert.deepEqual(record.key, { group: 'g', topic: 't', partition: 3 })
    assert.equal(record.value?.offset, 2n ** 62n + 1n)
    assert.equal(record.valueVersion, 3)
  })

  test('without a value are tombstones', () => {
    const record = decoder.decode(key, null)
    assert.equal(record?.type, 'OffsetCommit')
    assert.equal(record.value, null)
  })

  test('of a type yet to come are skipped; an unknown version of a known type is refused', () => {
    assert.equal(decoder.decode(Buffer.from('7000ff', 'hex'), null), undefined)
    assert.throws(() => decoder.decode(key, Buffer.from('0005', 'hex')), ProtocolError)
    assert.throws(() => decoder.decode(key, Buffer.from('ffff', 'hex')), ProtocolError)
    assert.throws(() => decoder.decode(Buffer.concat([key, Buffer.alloc(1)]), null), ProtocolError)
  })
})

describe('control records', () => {
  test('have a key of version and type', () => {
    assert.equal(hex(controlRecordKey(ControlRecordType.LEADER_CHANGE)), '00000002')
    for (const type of Object.values(ControlRecordType)) assert.equal(controlRecordType(controlRecordKey(type)), type)
    assert.equal(controlRecordType(Buffer.from('0001', 'hex')), -1)
  })

  test('that end a transaction name the coordinator epoch, also in versions yet to come', () => {
    assert.equal(hex(endTransactionMarkerValue(9)), '0000' + '00000009')
    assert.equal(coordinatorEpochOf(endTransactionMarkerValue(9)), 9)
    assert.equal(coordinatorEpochOf(Buffer.from('0007' + '00000009' + 'ff', 'hex')), 9)
    const bySchema = EndTxnMarker.encodeVersioned({ coordinatorEpoch: 9 }, 0)
    assert.equal(hex(bySchema), hex(endTransactionMarkerValue(9)))
  })
})
