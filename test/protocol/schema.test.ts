import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  array,
  bool,
  bytes,
  float64,
  int8,
  int16,
  int32,
  int53,
  int64,
  nullable,
  records,
  type Shape,
  string,
  struct,
  uint16,
  uint32,
  uuid,
} from '../../src/protocol/schema/field.ts'
import { type AnyMessage, message } from '../../src/protocol/schema/message.ts'
import { EncodeError, ProtocolError } from '../../src/protocol/schema/protocol-error.ts'
import { INT53_MAX, Reader } from '../../src/protocol/schema/reader.ts'
import { structWireBytesMin } from '../../src/protocol/schema/sizes.ts'
import type { Uuid } from '../../src/protocol/uuid.ts'
import { extremeValues } from './support/arbitrary.ts'
import type { Value } from './support/interpreter.ts'
import { ALL_MESSAGES, versionsOf } from './support/messages.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function flexible<const S extends Shape>(fields: S) {
  return message('Sample', { versions: [0, 0], flexibleSince: 0, fields })
}

function plain<const S extends Shape>(fields: S) {
  return message('Sample', { versions: [0, 3], fields })
}

describe('fields that a version lacks', () => {
  const sample = plain({
    name: string,
    epoch: int32.since(2).default(-1),
    rack: nullable(string).since(2).default(null).ignorable(),
    ids: array(int32).since(1).until(2),
  })

  test('decode to their default', () => {
    const decoded = sample.decode(sample.encodeContiguous({ name: 'a' }, 0), 0)
    assert.deepEqual(decoded, { name: 'a', epoch: -1, rack: null, ids: [] })
  })

  test('are dropped when they are ignorable or hold their default, and refused otherwise', () => {
    const expected = hex(sample.encodeContiguous({ name: 'a' }, 0))
    assert.equal(hex(sample.encodeContiguous({ name: 'a', rack: 'r' }, 0)), expected)
    assert.equal(hex(sample.encodeContiguous({ name: 'a', epoch: -1, ids: [] }, 0)), expected)
    assert.throws(() => sample.encode({ name: 'a', epoch: 0 }, 0), EncodeError)
    assert.throws(() => sample.encode({ name: 'a', ids: [1] }, 3), EncodeError)
  })

  test('give every decode arrays and structs of its own', () => {
    const nested = plain({ ids: array(int32).since(1), state: struct({ epoch: int32.default(-1) }).since(1) })
    const [a, b] = [nested.decode(new Uint8Array(0), 0), nested.decode(new Uint8Array(0), 0)]
    a.ids.push(1)
    a.state.epoch = 7
    assert.deepEqual(b, { ids: [], state: { epoch: -1 } })
  })

  for (const { message: one } of ALL_MESSAGES) {
    test(`${one.name}: every field of every version is refused or dropped as it is declared`, () => {
      for (const version of versionsOf(one)) {
        const base = extremeValues(one, version)[1] ?? {}
        const expected = hex(one.encodeContiguous(base, version))
        for (const { value, isIgnorable } of withAbsentField(one, base, version)) {
          if (isIgnorable) assert.equal(hex(one.encodeContiguous(value, version)), expected)
          else assert.throws(() => one.encode(value, version), EncodeError)
        }
      }
    })
  }
})

/** Copies of `base` where one field that the version lacks holds something else than its default. */
function withAbsentField(one: AnyMessage, base: Value, version: number): { value: Value; isIgnorable: boolean }[] {
  const results: { value: Value; isIgnorable: boolean }[] = []
  const visit = (shape: Shape, at: Value, rebuild: (changed: Value) => Value) => {
    for (const [name, field] of Object.entries(shape)) {
      const { versions, type, isIgnorable } = field.spec
      const isPresent = version >= versions[0] && version <= versions[1]
      if (!isPresent) {
        const last = Math.min(versions[1], one.versions[1])
        const other = extremeValues({ ...one, shape: { [name]: field }, isFlexible: () => false } as never, last)
        const value = other.map(({ [name]: candidate }) => candidate).find(candidate => isOther(field, candidate))
        if (value !== undefined) results.push({ value: rebuild({ ...at, [name]: value }), isIgnorable })
        continue
      }
      const inner = at[name]
      if (type.kind === 'struct' && inner !== null && inner !== undefined) {
        visit(type.shape, inner as Value, changed => rebuild({ ...at, [name]: changed }))
      }
      if (type.kind === 'array' && type.element.spec.type.kind === 'struct' && Array.isArray(inner)) {
        visit(type.element.spec.type.shape, inner[0] as Value, changed => rebuild({ ...at, [name]: [changed] }))
      }
    }
  }
  visit(one.shape, base, changed => changed)
  return results
}

/** Surely not the default, whatever that is: scalars at their corners and lists of one. */
function isOther(field: Shape[string], candidate: unknown): boolean {
  if (candidate === undefined || candidate === null || candidate === field.spec.defaultValue) return false
  if (field.spec.type.kind === 'struct') return false
  if (candidate instanceof Uint8Array || Array.isArray(candidate)) return candidate.length > 0
  return true
}

describe('values out of range', () => {
  const cases: readonly [string, Shape, unknown][] = [
    ['int8', { x: int8 }, 128],
    ['int8', { x: int8 }, 0.5],
    ['int16', { x: int16 }, -0x8001],
    ['uint16', { x: uint16 }, -1],
    ['int32', { x: int32 }, 2 ** 31],
    ['int32', { x: int32 }, Number.NaN],
    ['uint32', { x: uint32 }, -1],
    ['int53', { x: int53 }, 2 ** 53 + 2],
    ['int53', { x: int53 }, 1.5],
    ['int53', { x: int53 }, 5n],
    ['int64', { x: int64 }, 2n ** 63n],
    ['int64', { x: int64 }, 5],
    ['float64', { x: float64 }, '1'],
    ['bool', { x: bool }, 1],
    ['string', { x: string }, 5],
    ['string', { x: string }, 'x'.repeat(0x8000)],
    ['string', { x: string }, null],
    ['uuid', { x: uuid }, 'AAAA'],
    ['uuid', { x: uuid }, '!!!!!!!!!!!!!!!!!!!!!!'],
    ['bytes', { x: bytes }, null],
    ['array', { x: array(int32) }, null],
    ['records', { x: records }, null],
  ]
  for (const [kind, shape, value] of cases) {
    const shown = typeof value === 'string' ? `${value.length} characters` : String(value)
    test(`${kind} refuses ${shown}, naming the field`, () => {
      for (const one of [plain(shape), flexible(shape)]) {
        assert.throws(
          () => one.encode({ x: value } as never, 0),
          error => error instanceof EncodeError && /\bx\b/.test(error.message),
        )
      }
    })
  }

  test('a version that the message does not have is refused on both sides', () => {
    assert.throws(() => plain({ x: int8 }).encode({ x: 1 }, 4), EncodeError)
    assert.throws(() => plain({ x: int8 }).decode(Buffer.alloc(1), 4), ProtocolError)
    assert.throws(() => plain({ x: int8 }).decode(Buffer.alloc(1), -1), ProtocolError)
  })

  test('the longest string that can be sent is read back', () => {
    const value = 'x'.repeat(0x7fff)
    for (const one of [plain({ x: string }), flexible({ x: string })]) {
      assert.deepEqual(one.decode(one.encodeContiguous({ x: value }, 0), 0), { x: value })
    }
  })

  test('a longer string is refused even where a varint could say its length', () => {
    const encoded = Buffer.concat([Buffer.from('818002', 'hex'), Buffer.alloc(0x8000, 'x'), Buffer.alloc(1)])
    assert.throws(() => flexible({ x: string }).decode(encoded, 0), /string of 32768 bytes/)
  })
})

describe('64-bit integers', () => {
  const sample = plain({ offset: int53 })
  const table: readonly [bigint, number][] = [
    [0n, 0],
    [-1n, -1],
    [2n ** 32n, 2 ** 32],
    [-(2n ** 32n) - 1n, -(2 ** 32) - 1],
    [2n ** 53n - 1n, 2 ** 53 - 1],
    [-(2n ** 53n) + 1n, -(2 ** 53) + 1],
    [2n ** 53n, INT53_MAX],
    [2n ** 62n, INT53_MAX],
    [2n ** 63n - 1n, INT53_MAX],
    [-(2n ** 53n), -INT53_MAX],
    [-(2n ** 63n), -INT53_MAX],
  ]
  for (const [wire, value] of table) {
    test(`${wire} decodes to ${value}`, () => {
      const encoded = Buffer.alloc(8)
      encoded.writeBigInt64BE(wire)
      assert.equal(sample.decode(encoded, 0).offset, value)
    })
  }

  test('every safe integer survives, and the two ends stand for the least and greatest int64', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), offset => {
        const encoded = Buffer.from(sample.encodeContiguous({ offset }, 0))
        assert.equal(encoded.readBigInt64BE(), BigInt(offset))
        assert.equal(sample.decode(encoded, 0).offset, offset)
      }),
    )
    assert.equal(hex(sample.encodeContiguous({ offset: INT53_MAX }, 0)), '7fffffffffffffff')
    assert.equal(hex(sample.encodeContiguous({ offset: -INT53_MAX }, 0)), '8000000000000000')
  })
})

describe('byte fields', () => {
  const one = flexible({ before: int8, payload: nullable(records), after: string })
  const payload = Buffer.alloc(100_000, 7)

  test('are chunks of their own when large, and never copied', () => {
    const chunks = one.encode({ before: 1, payload, after: 'z' }, 0)
    assert.equal(chunks.length, 3)
    assert.equal(chunks[1], payload)
    const pieces = [payload.subarray(0, 50_000), payload.subarray(50_000)]
    const inPieces = one.encode({ before: 1, payload: pieces, after: 'z' }, 0)
    assert.deepEqual([inPieces[1], inPieces[2]], pieces)
    assert.ok(Buffer.concat(inPieces).equals(Buffer.concat(chunks)))
  })

  test('decode to plain arrays, whose slice is a copy: of a Buffer it is a view', () => {
    const frame = Buffer.from([0, 0, 0, 2, 7, 8])
    const read = new Reader(frame).bytes('x')
    const copy = read.slice()
    frame.fill(0)
    assert.equal(read.constructor, Uint8Array)
    assert.deepEqual([...copy], [7, 8])
  })

  test('decode to views of the frame', () => {
    const frame = one.encodeContiguous({ before: 1, payload, after: 'z' }, 0)
    const decoded = one.decode(frame, 0)
    assert.equal(decoded.payload?.buffer, frame.buffer)
    assert.equal(decoded.payload.length, payload.length)
  })

  test('a Uint8Array serves as well as a Buffer', () => {
    const frame = Uint8Array.from(one.encodeContiguous({ before: 1, payload, after: 'é' }, 0))
    assert.equal(one.decode(frame.subarray(0), 0).after, 'é')
  })
})

describe('tagged fields', () => {
  const one = flexible({
    id: int8,
    name: string.tagged(1),
    state: struct({ epoch: int32.default(-1), text: string }).tagged(3),
    blob: bytes.tagged(4),
  })

  test('are left out when they hold their default, struct by struct', () => {
    assert.equal(
      hex(one.encodeContiguous({ id: 5, name: '', state: { epoch: -1, text: '' }, blob: Buffer.alloc(0) }, 0)),
      '0500',
    )
    assert.deepEqual(one.decode(Buffer.from('0500', 'hex'), 0), {
      id: 5,
      name: '',
      state: { epoch: -1, text: '' },
      blob: new Uint8Array(0),
    })
  })

  for (const length of [0, 1, 125, 126, 127, 128, 200, 16_380, 16_381, 16_382, 20_000]) {
    test(`carry their size, whatever bytes that takes: ${length} characters`, () => {
      const value = {
        id: 1,
        name: 'n'.repeat(length),
        state: { epoch: 2, text: 't' },
        blob: new Uint8Array(length).fill(9),
      }
      const encoded = one.encodeContiguous(value, 0)
      assert.deepEqual(one.decode(encoded, 0), value)
    })
  }

  test('that are unknown survive a round trip, in the order of their tags', () => {
    const unknownTaggedFields = [
      { tag: 0, data: Uint8Array.of(0) },
      { tag: 2, data: Uint8Array.of(2, 2) },
      { tag: 900, data: new Uint8Array(0) },
      { tag: 2 ** 32 - 1, data: new Uint8Array(0) },
    ]
    const encoded = one.encodeContiguous({ id: 1, name: 'x', unknownTaggedFields: unknownTaggedFields.toReversed() }, 0)
    assert.equal(hex(encoded), '01' + '05' + '000100' + '01020278' + '02020202' + '840700' + 'ffffffff0f00')
    assert.deepEqual(one.decode(encoded, 0).unknownTaggedFields, unknownTaggedFields)
  })

  test('that are unknown are refused where they clash, come twice, or have no place', () => {
    const data = Buffer.alloc(0)
    assert.throws(() => one.encode({ id: 1, unknownTaggedFields: [{ tag: 1, data }] }, 0), EncodeError)
    const twice = [7, 7].map(tag => ({ tag, data }))
    assert.throws(() => one.encode({ id: 1, unknownTaggedFields: twice }, 0), EncodeError)
    assert.throws(() => plain({ id: int8 }).encode({ id: 1, unknownTaggedFields: [{ tag: 7, data }] }, 0), EncodeError)
  })

  test('whose size does not fit what they hold are refused', () => {
    for (const encoded of ['0101010302780000', '010101010278', '0101018001', '01ffffffff0f', '01010105']) {
      assert.throws(() => one.decode(Buffer.from(encoded, 'hex'), 0), ProtocolError)
    }
  })

  test('that are nullable structs begin with an unsigned varint, others with an int8, as in Kafka', () => {
    const inner = nullable(struct({ x: int8 }))
    const sample = flexible({ plain: inner, tagged: inner.tagged(0) })
    assert.equal(hex(sample.encodeContiguous({ plain: null, tagged: null }, 0)), 'ff' + '01' + '000100')
    assert.equal(hex(sample.encodeContiguous({ plain: { x: 5 }, tagged: { x: 5 } }, 0)), '010500' + '01' + '0003010500')
  })
})

describe('what a few bytes may claim', () => {
  test('no array element of any version takes no bytes at all, so that the bytes left bound every length', () => {
    for (const { message: one } of ALL_MESSAGES) {
      for (const version of versionsOf(one)) {
        const context = { version, isFlexible: one.isFlexible(version) }
        const visit = (shape: Shape): void => {
          for (const { spec } of Object.values(shape)) {
            if (version < spec.versions[0] || version > spec.versions[1]) continue
            const element = spec.type.kind === 'array' ? spec.type.element.spec.type : spec.type
            if (element.kind !== 'struct') continue
            if (spec.type.kind === 'array') assert.ok(structWireBytesMin(element.shape, context) > 0, one.name)
            visit(element.shape)
          }
        }
        visit(one.shape)
      }
    }
  })

  test('a length beyond the bytes that are left is refused before anything is allocated', () => {
    const ids = plain({ ids: array(int32) })
    assert.throws(() => ids.decode(Buffer.from('7fffffff00000001', 'hex'), 0), /ids claims 2147483647 elements/)
    assert.throws(() => flexible({ ids: array(string) }).decode(Buffer.from('ffffffff0701', 'hex'), 0), ProtocolError)
  })

  test('an array that would fill the heap is refused, although its bytes are there', () => {
    const wide = flexible({ rows: array({ a: string, b: string, c: array(int32), d: array(string), e: string }) })
    const rows = 3_000_000
    const frame = Buffer.alloc(4 + rows * 6 + 1, 1)
    frame.set([
      ((rows + 1) & 0x7f) | 0x80,
      (((rows + 1) >> 7) & 0x7f) | 0x80,
      (((rows + 1) >> 14) & 0x7f) | 0x80,
      (rows + 1) >> 21,
    ])
    const before = process.memoryUsage().heapUsed
    assert.throws(() => wide.decode(frame, 0), /takes the decoded message beyond/)
    assert.ok(process.memoryUsage().heapUsed - before < 16 * 1024 * 1024)
  })

  test('so is a flood of tagged fields', () => {
    const count = 2_000_000
    const frame = Buffer.alloc(4 + 2 * count)
    frame.set([(count & 0x7f) | 0x80, ((count >> 7) & 0x7f) | 0x80, count >> 14])
    for (let i = 0; i < count; i++) frame[3 + 2 * i] = 9
    assert.throws(() => flexible({}).decode(frame, 0), /takes the decoded message beyond/)
  })
})

test('a reader that knows a prefix of a message stops behind it', () => {
  const reader = new Reader(Buffer.from('0005' + '00000007' + 'ffff', 'hex'))
  assert.deepEqual(plain({ a: int16, b: int32 }).decodeFrom(reader, 0), { a: 5, b: 7 })
  assert.equal(reader.remaining, 2)
})

test('the two types of a message agree: what was decoded can be encoded, and only optional fields may be left out', () => {
  const one = message('Typed', {
    versions: [0, 1],
    flexibleSince: 1,
    fields: {
      id: int32,
      topic: uuid.since(1),
      rows: array({ key: string, extra: nullable(bytes).tagged(0).default(null) }),
    },
  })
  const decoded = one.decode(one.encodeContiguous({ id: 1, rows: [{ key: 'k' }] }, 1), 1)
  assert.deepEqual(decoded, { id: 1, topic: 'AAAAAAAAAAAAAAAAAAAAAA' as Uuid, rows: [{ key: 'k', extra: null }] })
  assert.deepEqual(one.decode(one.encodeContiguous(decoded, 1), 1), decoded)
  // @ts-expect-error: `rows` has no default of its own and is in every version.
  one.encode({ id: 1, topic: decoded.topic }, 1)
})
