import fc from 'fast-check'
import type { AnyField, RawTaggedField, Shape } from '../../../src/protocol/schema/field.ts'
import type { AnyMessage } from '../../../src/protocol/schema/message.ts'
import type { Value } from './interpreter.ts'

/** Values of one version of a message: every field that the version has, and in flexible versions tags from the future. */
export function arbitraryValue(message: AnyMessage, version: number): fc.Arbitrary<Value> {
  return structArbitrary(message.shape, version, message.isFlexible(version))
}

/** The corners that random values seldom hit all at once: everything absent, least, greatest, null. */
export function extremeValues(message: AnyMessage, version: number): Value[] {
  return (['empty', 'least', 'greatest', 'null'] as const).map(corner => structExtreme(message.shape, version, corner))
}

const isPresent = ({ spec }: AnyField, version: number) => version >= spec.versions[0] && version <= spec.versions[1]
const isNullable = ({ spec }: AnyField, version: number) =>
  version >= spec.nullableVersions[0] && version <= spec.nullableVersions[1]

function structArbitrary(shape: Shape, version: number, isFlexible: boolean): fc.Arbitrary<Value> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {}
  const tags = new Set<number>()
  for (const [name, field] of Object.entries(shape)) {
    if (field.spec.tag !== undefined) tags.add(field.spec.tag)
    if (isPresent(field, version)) fields[name] = fieldArbitrary(field, version, isFlexible)
  }
  if (!isFlexible) return fc.record(fields, { noNullPrototype: true })
  const unknownTaggedFields = fc.oneof(
    { weight: 5, arbitrary: fc.constant<RawTaggedField[]>([]) },
    { weight: 1, arbitrary: unknownTags(tags) },
  )
  return fc.record({ ...fields, unknownTaggedFields }).map(({ unknownTaggedFields: unknown, ...value }) => {
    return unknown.length === 0 ? value : { ...value, unknownTaggedFields: unknown }
  })
}

function unknownTags(declared: ReadonlySet<number>): fc.Arbitrary<RawTaggedField[]> {
  const tag = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 21, max: 100_000 }))
  return fc
    .uniqueArray(fc.record({ tag, data: byteArray(20) }, { noNullPrototype: true }), {
      selector: field => field.tag,
      maxLength: 3,
    })
    .map(fields => fields.filter(field => !declared.has(field.tag)).sort((a, b) => a.tag - b.tag))
}

function byteArray(maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength })
}

function fieldArbitrary(field: AnyField, version: number, isFlexible: boolean): fc.Arbitrary<unknown> {
  const value = typeArbitrary(field, version, isFlexible)
  return isNullable(field, version) ? fc.option(value, { nil: null, freq: 4 }) : value
}

// Long enough for two-byte varints, for the native string encoder and for a chunk of its own.
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 40, maxLength: 140 }).map(wellFormed) },
)
const blob = fc.oneof(
  { weight: 6, arbitrary: byteArray(40) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 1100 }).map(length => new Uint8Array(length).fill(length)) },
)

function wellFormed(value: string): string {
  return value.toWellFormed()
}

function typeArbitrary(field: AnyField, version: number, isFlexible: boolean): fc.Arbitrary<unknown> {
  const { type } = field.spec
  switch (type.kind) {
    case 'bool':
      return fc.boolean()
    case 'int8':
      return fc.integer({ min: -0x80, max: 0x7f })
    case 'int16':
      return fc.integer({ min: -0x8000, max: 0x7fff })
    case 'uint16':
      return fc.integer({ min: 0, max: 0xffff })
    case 'int32':
      return fc.integer()
    case 'uint32':
      return fc.integer({ min: 0, max: 0xffffffff })
    case 'int53':
      return fc.oneof(
        fc.maxSafeInteger(),
        fc.integer({ min: -2, max: 100 }),
        fc.constantFrom(2 ** 53, -(2 ** 53), 2 ** 32, 2 ** 31, -(2 ** 32), -(2 ** 31) - 1, 1_790_000_000_000),
      )
    case 'int64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    case 'float64':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'string':
      return text
    case 'uuid':
      return fc.oneof(
        fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => Buffer.from(bytes).toString('base64url')),
        fc.constantFrom('AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAQ'),
      )
    case 'bytes':
    case 'records':
      return blob
    case 'array': {
      const element = fieldArbitrary(type.element, version, isFlexible)
      const few = fc.array(element, { maxLength: 3 })
      if (type.element.spec.type.kind === 'struct') return few
      const many = fc.tuple(element, fc.integer({ min: 120, max: 140 }))
      return fc.oneof(
        { weight: 8, arbitrary: few },
        { weight: 1, arbitrary: many.map(([value, length]) => Array.from({ length }, () => value)) },
      )
    }
    case 'struct':
      return structArbitrary(type.shape, version, isFlexible)
  }
}

type Corner = 'empty' | 'least' | 'greatest' | 'null'

function structExtreme(shape: Shape, version: number, corner: Corner): Value {
  const value: Value = {}
  for (const [name, field] of Object.entries(shape)) {
    if (isPresent(field, version)) value[name] = fieldExtreme(field, version, corner)
  }
  return value
}

function fieldExtreme(field: AnyField, version: number, corner: Corner): unknown {
  const { type } = field.spec
  const pick = <T>(zero: T, least: T, greatest: T) => ({ empty: zero, least, greatest, null: zero })[corner]
  if (corner === 'null' && isNullable(field, version)) return null
  switch (type.kind) {
    case 'bool':
      return pick(false, false, true)
    case 'int8':
      return pick(0, -0x80, 0x7f)
    case 'int16':
      return pick(0, -0x8000, 0x7fff)
    case 'uint16':
      return pick(0, 0, 0xffff)
    case 'int32':
      return pick(0, -(2 ** 31), 2 ** 31 - 1)
    case 'uint32':
      return pick(0, 0, 2 ** 32 - 1)
    case 'int53':
      return pick(0, -(2 ** 53), 2 ** 53)
    case 'int64':
      return pick(0n, -(2n ** 63n), 2n ** 63n - 1n)
    case 'float64':
      return pick(0, -Number.MAX_VALUE, Number.MIN_VALUE)
    case 'string':
      return pick('', '\u0000', 'é'.repeat(150))
    case 'uuid':
      return pick('AAAAAAAAAAAAAAAAAAAAAA', 'gAAAAAAAAAAAAAAAAAAAAA', '_____________________w')
    case 'bytes':
    case 'records':
      return pick(new Uint8Array(0), new Uint8Array(1), new Uint8Array(5000).fill(0xff))
    case 'array': {
      if (corner === 'empty') return []
      return [fieldExtreme(type.element, version, corner)]
    }
    case 'struct':
      return structExtreme(type.shape, version, corner)
  }
}
