import { readFileSync } from 'node:fs'

/**
 * An interpreter of Kafka's own message definitions, written for judging: it shares no line with `src/protocol`. Values are plain JSON:
 * an int64 beyond 2^53 is a decimal string, bytes and records are hexadecimal, a uuid is base64url as Kafka prints it, field names are
 * Kafka's with a small first letter. On encoding, fields the version lacks are left out silently and missing ones take their default,
 * so that one value serves a whole range of versions.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

export interface ApiKey {
  readonly key: number
  readonly name: string
  readonly min: number
  readonly max: number
}

interface Field {
  readonly name: string
  readonly type: string
  readonly versions: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly flexibleVersions?: string
  readonly tag?: number
  readonly default?: string | number | boolean
  readonly fields?: readonly Field[]
}

interface Message {
  readonly apiKey?: number
  readonly flexibleVersions: string
  readonly fields: readonly Field[]
  readonly commonStructs?: readonly { name: string; fields: readonly Field[] }[]
}

const reference = new URL('../reference/', import.meta.url)

export const apiKeys: readonly ApiKey[] = JSON.parse(readFileSync(new URL('api-keys.json', reference), 'utf8'))

export function apiNamed(name: string): ApiKey {
  const api = apiKeys.find(candidate => candidate.name === name)
  if (api === undefined) throw new Error(`no API is called ${name}`)
  return api
}

const messages = new Map<string, Message>()

function messageNamed(name: string): Message {
  let message = messages.get(name)
  if (message === undefined) {
    message = JSON.parse(readFileSync(new URL(`messages/clients/${name}.json`, reference), 'utf8')) as Message
    messages.set(name, message)
  }
  return message
}

/** `0+`, `2-7`, `3`, `none`. */
function holds(versions: string | undefined, version: number): boolean {
  if (versions === undefined || versions === 'none') return false
  const [low = '', high] = versions.replace('+', '-32767').split('-')
  return version >= Number(low) && version <= Number(high ?? low)
}

export interface RequestHeader {
  readonly correlationId: number
  readonly clientId?: string | null
}

/** A request without its length prefix. */
export function encodeRequest(apiName: string, version: number, header: RequestHeader, body: JsonObject): Buffer {
  const message = messageNamed(`${apiName}Request`)
  const headerVersion = holds(message.flexibleVersions, version) ? 2 : 1
  const headerBody: JsonObject = {
    requestApiKey: apiNamed(apiName).key,
    requestApiVersion: version,
    correlationId: header.correlationId,
    clientId: header.clientId === undefined ? 'judge' : header.clientId,
  }
  return Buffer.concat([
    encodeMessage('RequestHeader', headerVersion, headerBody),
    encodeMessage(`${apiName}Request`, version, body),
  ])
}

/** A response without its length prefix. `left` counts bytes behind the message: a sane broker leaves none. */
export function decodeResponse(
  apiName: string,
  version: number,
  bytes: Buffer,
): { correlationId: number; body: JsonObject; left: number } {
  const flexible = holds(messageNamed(`${apiName}Response`).flexibleVersions, version)
  const reader = new Reader(bytes)
  // ApiVersions keeps header v0 for ever: its reader does not yet know what the broker speaks (KIP-511).
  const header = decodeMessage('ResponseHeader', flexible && apiName !== 'ApiVersions' ? 1 : 0, reader)
  const body = decodeMessage(`${apiName}Response`, version, reader)
  return { correlationId: header['correlationId'] as number, body, left: reader.left }
}

export function encodeMessage(name: string, version: number, body: JsonObject): Buffer {
  const message = messageNamed(name)
  const chunks: Buffer[] = []
  encodeFields(
    { message, version, flexible: holds(message.flexibleVersions, version) },
    message.fields,
    body,
    chunks,
    name,
  )
  return Buffer.concat(chunks)
}

function decodeMessage(name: string, version: number, reader: Reader): JsonObject {
  const message = messageNamed(name)
  return decodeFields({ message, version, flexible: holds(message.flexibleVersions, version) }, message.fields, reader)
}

interface Context {
  readonly message: Message
  readonly version: number
  readonly flexible: boolean
}

const propertyName = (field: Field) => field.name.charAt(0).toLowerCase() + field.name.slice(1)

function structOf(context: Context, field: Field, typeName: string): readonly Field[] {
  const fields = field.fields ?? context.message.commonStructs?.find(struct => struct.name === typeName)?.fields
  if (fields === undefined) throw new Error(`${typeName} has no definition`)
  return fields
}

const isScalar = (type: string) => /^[a-z]/.test(type)

// Encoding.

function encodeFields(
  context: Context,
  fields: readonly Field[],
  value: JsonObject,
  chunks: Buffer[],
  path: string,
): void {
  const known = new Set(fields.map(propertyName))
  const stranger = Object.keys(value).find(name => !known.has(name))
  if (stranger !== undefined) throw new Error(`${path} has no field ${stranger}`)
  const tagged: [tag: number, bytes: Buffer][] = []
  for (const field of fields) {
    if (!holds(field.versions, context.version)) continue
    const given = value[propertyName(field)]
    const fieldPath = `${path}.${propertyName(field)}`
    if (field.tag !== undefined && holds(field.taggedVersions, context.version)) {
      if (given === undefined) continue
      const inner: Buffer[] = []
      encodeField(context, field, given, inner, fieldPath)
      tagged.push([field.tag, Buffer.concat(inner)])
    } else {
      encodeField(context, field, given === undefined ? defaultOf(context, field) : given, chunks, fieldPath)
    }
  }
  if (!context.flexible) return
  chunks.push(unsignedVarint(tagged.length))
  for (const [tag, bytes] of tagged.sort(([a], [b]) => a - b))
    chunks.push(unsignedVarint(tag), unsignedVarint(bytes.length), bytes)
}

function defaultOf(context: Context, field: Field): Json {
  if (field.default === 'null') return null
  if (field.type.startsWith('[]')) return []
  if (field.type === 'string') return String(field.default ?? '')
  if (field.type === 'bool') return String(field.default) === 'true'
  if (field.type === 'uuid') return zeroUuid
  if (field.type === 'bytes') return ''
  if (field.type === 'records') return null
  if (isScalar(field.type)) return String(field.default ?? 0)
  return holds(field.nullableVersions, context.version) ? null : {}
}

const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA'

function encodeField(outer: Context, field: Field, value: Json, chunks: Buffer[], path: string): void {
  const context =
    field.flexibleVersions === undefined ? outer : { ...outer, flexible: holds(field.flexibleVersions, outer.version) }
  if (field.type.startsWith('[]')) {
    const items = value as readonly Json[] | null
    chunks.push(lengthBytes(context, items === null ? -1 : items.length, 4))
    const itemType = field.type.slice(2)
    for (const [index, item] of (items ?? []).entries())
      encodeOne(context, field, itemType, item, chunks, `${path}.${index}`)
  } else if (!isScalar(field.type) && holds(field.nullableVersions, context.version)) {
    chunks.push(Buffer.from([value === null ? 0xff : 1]))
    if (value !== null) encodeOne(context, field, field.type, value, chunks, path)
  } else {
    encodeOne(context, field, field.type, value, chunks, path)
  }
}

function encodeOne(context: Context, field: Field, type: string, value: Json, chunks: Buffer[], path: string): void {
  switch (type) {
    case 'bool':
      return void chunks.push(Buffer.from([value ? 1 : 0]))
    case 'int8':
      return void chunks.push(fixed(1, bytes => bytes.writeInt8(Number(value))))
    case 'int16':
      return void chunks.push(fixed(2, bytes => bytes.writeInt16BE(Number(value))))
    case 'uint16':
      return void chunks.push(fixed(2, bytes => bytes.writeUInt16BE(Number(value))))
    case 'int32':
      return void chunks.push(fixed(4, bytes => bytes.writeInt32BE(Number(value))))
    case 'int64':
      return void chunks.push(fixed(8, bytes => bytes.writeBigInt64BE(BigInt(value as string | number))))
    case 'float64':
      return void chunks.push(fixed(8, bytes => bytes.writeDoubleBE(Number(value))))
    case 'uuid':
      return void chunks.push(uuidBytes(value as string))
    case 'string': {
      const bytes = value === null ? Buffer.alloc(0) : Buffer.from(value as string)
      return void chunks.push(lengthBytes(context, value === null ? -1 : bytes.length, 2), bytes)
    }
    case 'bytes':
    case 'records': {
      const bytes = value === null ? Buffer.alloc(0) : Buffer.from(value as string, 'hex')
      return void chunks.push(lengthBytes(context, value === null ? -1 : bytes.length, 4), bytes)
    }
    default:
      encodeFields(context, structOf(context, field, type), value as JsonObject, chunks, path)
  }
}

function fixed(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size)
  write(bytes)
  return bytes
}

function uuidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid, 'base64url')
  if (bytes.length !== 16) throw new Error(`${uuid} is not a uuid`)
  return bytes
}

/** The length of a string, array or byte field: plain, or compact in flexible versions. */
function lengthBytes(context: Context, length: number, size: 2 | 4): Buffer {
  if (context.flexible) return unsignedVarint(length + 1)
  return fixed(size, bytes => bytes.writeIntBE(length, 0, size))
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Buffer.from([...bytes, rest])
}

// Decoding.

class Reader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#position
  }

  take(length: number): Buffer {
    if (length < 0 || length > this.left)
      throw new Error(`${length} bytes wanted at ${this.#position}, ${this.left} left`)
    this.#position += length
    return this.#bytes.subarray(this.#position - length, this.#position)
  }

  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.take(1).readUInt8()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new Error('a varint longer than five bytes')
  }
}

function decodeFields(context: Context, fields: readonly Field[], reader: Reader): JsonObject {
  const value: Record<string, Json> = {}
  const tagged = new Map<number, Field>()
  for (const field of fields) {
    if (!holds(field.versions, context.version)) continue
    if (field.tag !== undefined && holds(field.taggedVersions, context.version)) tagged.set(field.tag, field)
    else value[propertyName(field)] = decodeField(context, field, reader)
  }
  if (!context.flexible) return value
  for (let count = reader.unsignedVarint(); count > 0; count -= 1) {
    const tag = reader.unsignedVarint()
    const inner = new Reader(reader.take(reader.unsignedVarint()))
    const field = tagged.get(tag)
    if (field === undefined) value[`tag${tag}`] = inner.take(inner.left).toString('hex')
    else value[propertyName(field)] = decodeField(context, field, inner)
    if (inner.left > 0) throw new Error(`tag ${tag} has ${inner.left} bytes too many`)
  }
  return value
}

function decodeField(outer: Context, field: Field, reader: Reader): Json {
  const context =
    field.flexibleVersions === undefined ? outer : { ...outer, flexible: holds(field.flexibleVersions, outer.version) }
  if (field.type.startsWith('[]')) {
    const length = decodeLength(context, reader, 4)
    if (length < 0) return null
    return Array.from({ length }, () => decodeOne(context, field, field.type.slice(2), reader))
  }
  if (!isScalar(field.type) && holds(field.nullableVersions, context.version) && reader.take(1).readInt8() < 0)
    return null
  return decodeOne(context, field, field.type, reader)
}

function decodeOne(context: Context, field: Field, type: string, reader: Reader): Json {
  switch (type) {
    case 'bool':
      return reader.take(1).readInt8() !== 0
    case 'int8':
      return reader.take(1).readInt8()
    case 'int16':
      return reader.take(2).readInt16BE()
    case 'uint16':
      return reader.take(2).readUInt16BE()
    case 'int32':
      return reader.take(4).readInt32BE()
    case 'int64': {
      const exact = reader.take(8).readBigInt64BE()
      return Number.isSafeInteger(Number(exact)) ? Number(exact) : String(exact)
    }
    case 'float64':
      return reader.take(8).readDoubleBE()
    case 'uuid':
      return reader.take(16).toString('base64url')
    case 'string': {
      const length = decodeLength(context, reader, 2)
      return length < 0 ? null : reader.take(length).toString('utf8')
    }
    case 'bytes':
    case 'records': {
      const length = decodeLength(context, reader, 4)
      return length < 0 ? null : reader.take(length).toString('hex')
    }
    default:
      return decodeFields(context, structOf(context, field, type), reader)
  }
}

function decodeLength(context: Context, reader: Reader, size: 2 | 4): number {
  return context.flexible ? reader.unsignedVarint() - 1 : reader.take(size).readIntBE(0, size)
}
