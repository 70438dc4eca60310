import assert from 'node:assert/strict'
import type { AnyField, RawTaggedField, Shape } from '../../../src/protocol/schema/field.ts'
import type { AnyMessage } from '../../../src/protocol/schema/message.ts'

/**
 * The oracle: Kafka's encoding written down a second time, as plainly as it goes, walking the declaration for each value. It shares
 * nothing with the compiled codec but the declarations, and trusts its input.
 */

export type Value = Record<string, unknown>

interface Context {
  readonly version: number
  readonly isFlexible: boolean
}

export function interpretedEncode(message: AnyMessage, value: Value, version: number): Buffer {
  const out: number[] = []
  writeStruct(out, message.shape, value, { version, isFlexible: message.isFlexible(version) })
  return Buffer.from(out)
}

export function interpretedDecode(message: AnyMessage, bytes: Uint8Array, version: number): Value {
  const cursor = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 }
  const value = readStruct(cursor, message.shape, { version, isFlexible: message.isFlexible(version) })
  assert.equal(cursor.at, bytes.length)
  return value
}

/** The value with every field in place that it leaves out. */
export function withDefaults(shape: Shape, value: Value): Value {
  const complete: Value = {}
  for (const [name, field] of Object.entries(shape)) complete[name] = completed(field, value[name])
  const unknown = value['unknownTaggedFields'] as RawTaggedField[] | undefined
  if (unknown !== undefined && unknown.length > 0) complete['unknownTaggedFields'] = unknown
  return complete
}

function completed(field: AnyField, value: unknown): unknown {
  const { type } = field.spec
  if (value === null) return null
  if (value === undefined) return ownDefault(field)
  if (type.kind === 'array') return (value as unknown[]).map(element => completed(type.element, element))
  if (type.kind === 'records' && Array.isArray(value)) return new Uint8Array(Buffer.concat(value as Uint8Array[]))
  return type.kind === 'struct' ? withDefaults(type.shape, value as Value) : value
}

function ownDefault({ spec }: AnyField): unknown {
  if (spec.defaultValue !== undefined) return spec.defaultValue
  return spec.type.kind === 'struct' ? withDefaults(spec.type.shape, {}) : []
}

const isPresent = ({ spec }: AnyField, { version }: Context) =>
  version >= spec.versions[0] && version <= spec.versions[1]
const isTagged = (field: AnyField, context: Context) => context.isFlexible && field.spec.tag !== undefined
const isNullable = ({ spec }: AnyField, { version }: Context) =>
  version >= spec.nullableVersions[0] && version <= spec.nullableVersions[1]
const isCompact = ({ spec }: AnyField, { isFlexible }: Context) => isFlexible && spec.followsFlexible

function writeStruct(out: number[], shape: Shape, value: Value, context: Context): void {
  const tagged: [tag: number, content: number[]][] = []
  for (const [name, field] of Object.entries(shape)) {
    if (!isPresent(field, context)) continue
    const complete = completed(field, value[name])
    if (!isTagged(field, context)) writeField(out, field, complete, context)
    else if (!sameValue(complete, ownDefault(field))) {
      const content: number[] = []
      writeField(content, field, complete, context)
      tagged.push([field.spec.tag ?? -1, content])
    }
  }
  if (!context.isFlexible) return
  for (const { tag, data } of (value['unknownTaggedFields'] ?? []) as RawTaggedField[]) tagged.push([tag, [...data]])
  tagged.sort(([a], [b]) => a - b)
  writeUnsignedVarint(out, tagged.length)
  for (const [tag, content] of tagged) {
    writeUnsignedVarint(out, tag)
    writeUnsignedVarint(out, content.length)
    out.push(...content)
  }
}

function sameValue(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b)
    return true
  } catch {
    return false
  }
}

function writeField(out: number[], field: AnyField, value: unknown, context: Context): void {
  const { type } = field.spec
  const view = new DataView(new ArrayBuffer(8))
  const push = (bytes: number) => out.push(...new Uint8Array(view.buffer, 0, bytes))
  const writeLength = (length: number, bytes: 2 | 4) => {
    if (isCompact(field, context)) return writeUnsignedVarint(out, length + 1)
    if (bytes === 2) view.setInt16(0, length)
    else view.setInt32(0, length)
    push(bytes)
  }
  switch (type.kind) {
    case 'bool':
      out.push(value === true ? 1 : 0)
      break
    case 'int8':
      view.setInt8(0, value as number)
      push(1)
      break
    case 'int16':
      view.setInt16(0, value as number)
      push(2)
      break
    case 'uint16':
      view.setUint16(0, value as number)
      push(2)
      break
    case 'int32':
      view.setInt32(0, value as number)
      push(4)
      break
    case 'uint32':
      view.setUint32(0, value as number)
      push(4)
      break
    case 'int53':
      view.setBigInt64(
        0,
        value === 2 ** 53 ? 2n ** 63n - 1n : value === -(2 ** 53) ? -(2n ** 63n) : BigInt(value as number),
      )
      push(8)
      break
    case 'int64':
      view.setBigInt64(0, value as bigint)
      push(8)
      break
    case 'float64':
      view.setFloat64(0, value as number)
      push(8)
      break
    case 'uuid':
      out.push(...Buffer.from(value as string, 'base64url'))
      break
    case 'string':
    case 'bytes':
    case 'records': {
      const bytes =
        type.kind === 'string' && value !== null ? Buffer.from(value as string) : (value as Uint8Array | null)
      writeLength(bytes === null ? -1 : bytes.length, type.kind === 'string' ? 2 : 4)
      out.push(...(bytes ?? []))
      break
    }
    case 'array':
      writeLength(value === null ? -1 : (value as unknown[]).length, 4)
      for (const element of (value as unknown[] | null) ?? []) writeField(out, type.element, element, context)
      break
    case 'struct':
      if (isNullable(field, context)) out.push(value !== null ? 1 : isTagged(field, context) ? 0 : 0xff)
      if (value !== null) writeStruct(out, type.shape, value as Value, context)
  }
}

function writeUnsignedVarint(out: number[], value: number): void {
  if (value < 0x80) out.push(value)
  else {
    out.push((value % 0x80) + 0x80)
    writeUnsignedVarint(out, Math.floor(value / 0x80))
  }
}

interface Cursor {
  readonly view: DataView
  at: number
}

function readStruct(cursor: Cursor, shape: Shape, context: Context): Value {
  const value = withDefaults(shape, {})
  const tagged = new Map<number, [string, AnyField]>()
  for (const [name, field] of Object.entries(shape)) {
    if (!isPresent(field, context)) continue
    if (isTagged(field, context)) tagged.set(field.spec.tag ?? -1, [name, field])
    else value[name] = readField(cursor, field, context)
  }
  if (!context.isFlexible) return value
  const unknown: RawTaggedField[] = []
  for (let count = readUnsignedVarint(cursor); count > 0; count--) {
    const tag = readUnsignedVarint(cursor)
    const size = readUnsignedVarint(cursor)
    const known = tagged.get(tag)
    if (known === undefined) unknown.push({ tag, data: readBytes(cursor, size) })
    else value[known[0]] = readField(cursor, known[1], context)
  }
  if (unknown.length > 0) value['unknownTaggedFields'] = unknown
  return value
}

function readField(cursor: Cursor, field: AnyField, context: Context): unknown {
  const { type } = field.spec
  const step = (bytes: number) => {
    cursor.at += bytes
    return cursor.at - bytes
  }
  const { view } = cursor
  const readLength = (bytes: 2 | 4) => {
    if (isCompact(field, context)) return readUnsignedVarint(cursor) - 1
    return bytes === 2 ? view.getInt16(step(2)) : view.getInt32(step(4))
  }
  switch (type.kind) {
    case 'bool':
      return view.getInt8(step(1)) !== 0
    case 'int8':
      return view.getInt8(step(1))
    case 'int16':
      return view.getInt16(step(2))
    case 'uint16':
      return view.getUint16(step(2))
    case 'int32':
      return view.getInt32(step(4))
    case 'uint32':
      return view.getUint32(step(4))
    case 'int53': {
      const exact = view.getBigInt64(step(8))
      return exact >= 2n ** 53n ? 2 ** 53 : exact <= -(2n ** 53n) ? -(2 ** 53) : Number(exact)
    }
    case 'int64':
      return view.getBigInt64(step(8))
    case 'float64':
      return view.getFloat64(step(8))
    case 'uuid':
      return Buffer.from(readBytes(cursor, 16)).toString('base64url')
    case 'string': {
      const length = readLength(2)
      return length < 0 ? null : Buffer.from(readBytes(cursor, length)).toString()
    }
    case 'bytes':
    case 'records': {
      const length = readLength(4)
      return length < 0 ? null : readBytes(cursor, length)
    }
    case 'array': {
      const length = readLength(4)
      return length < 0 ? null : Array.from({ length }, () => readField(cursor, type.element, context))
    }
    case 'struct':
      if (isNullable(field, context) && view.getInt8(step(1)) < (isTagged(field, context) ? 1 : 0)) return null
      return readStruct(cursor, type.shape, context)
  }
}

function readBytes(cursor: Cursor, length: number): Uint8Array {
  const { buffer, byteOffset } = cursor.view
  cursor.at += length
  return new Uint8Array(buffer, byteOffset + cursor.at - length, length)
}

function readUnsignedVarint(cursor: Cursor): number {
  let value = 0
  for (let factor = 1; ; factor *= 0x80) {
    const byte = cursor.view.getUint8(cursor.at++)
    value += (byte % 0x80) * factor
    if (byte < 0x80) return value
  }
}
