import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { ALL_APIS } from '../../src/protocol/all-apis.ts'
import { API_KEYS, apiKeyInfo, requestHeaderVersion, responseHeaderVersion } from '../../src/protocol/api-keys.ts'
import { apiTable } from '../../src/protocol/api-table.ts'
import { ErrorCode, errorName, isRetriable } from '../../src/protocol/errors.ts'
import { defaultValueOf } from '../../src/protocol/schema/default-value.ts'
import { type AnyField, isIn, type Shape, type VersionRange } from '../../src/protocol/schema/field.ts'
import { INT53_MAX } from '../../src/protocol/schema/reader.ts'
import { ALL_MESSAGES, versionsOf } from './support/messages.ts'

const reference = new URL('../reference/', import.meta.url)

interface ReferenceField {
  name: string
  type: string
  versions?: string
  nullableVersions?: string
  taggedVersions?: string
  flexibleVersions?: string
  tag?: number
  default?: unknown
  ignorable?: boolean
  fields?: ReferenceField[]
  mapKey?: boolean
  entityType?: string
  zeroCopy?: boolean
}

interface ReferenceMessage {
  name: string
  type: string
  apiKey?: number
  validVersions: string
  flexibleVersions?: string
  fields?: ReferenceField[]
  commonStructs?: { name: string; fields: ReferenceField[] }[]
}

function readReference<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, reference), 'utf8')) as T
}

function range(text: string | undefined): VersionRange {
  if (text === undefined || text === 'none') return [0, -1]
  const [, first = '', last = '', open] = /^(\d+)(?:-(\d+)|(\+))?$/.exec(text) ?? []
  return [Number(first), open === undefined ? Number(last === '' ? first : last) : 32767]
}

/** What decides how one field of one version looks on the wire, in a form both sides can be put into. */
interface FieldFacts {
  name: string
  type: string
  isPresent: boolean
  isNullable: boolean
  isCompact: boolean
  tag: number | undefined
  default: unknown
  isIgnorable: boolean
  fields: FieldFacts[] | undefined
}

const FIELD_KEYS = new Set([
  ...['name', 'type', 'versions', 'nullableVersions', 'taggedVersions', 'flexibleVersions', 'tag', 'default'],
  ...['ignorable', 'fields', 'mapKey', 'entityType', 'zeroCopy'],
])

function referenceFacts(message: ReferenceMessage, fields: readonly ReferenceField[], version: number): FieldFacts[] {
  const isFlexible = isIn(version, range(message.flexibleVersions))
  return fields.map(field => {
    for (const key of Object.keys(field)) assert.ok(FIELD_KEYS.has(key), `${message.name}: what is ${key}?`)
    const isPresent = isIn(version, range(field.versions ?? field.taggedVersions))
    const elementType = field.type.replace('[]', '')
    const isStruct = /^[A-Z]/.test(elementType)
    const inner = field.fields ?? message.commonStructs?.find(({ name }) => name === elementType)?.fields
    assert.ok(!isStruct || inner !== undefined, `${message.name}: ${field.type} has no fields`)
    const hasVariableLength = field.type.startsWith('[]') || ['string', 'bytes', 'records'].includes(field.type)
    return {
      name: field.name.charAt(0).toLowerCase() + field.name.slice(1),
      type: isStruct ? field.type.replace(elementType, 'struct') : field.type,
      isPresent,
      isNullable: isPresent && isIn(version, range(field.nullableVersions)),
      isCompact: isPresent && hasVariableLength && isFlexible && field.flexibleVersions !== 'none',
      tag: isPresent && isIn(version, range(field.taggedVersions)) ? field.tag : undefined,
      default: referenceDefault(field),
      isIgnorable: !isPresent && field.ignorable === true,
      fields: isPresent && inner !== undefined ? referenceFacts(message, inner, version) : undefined,
    }
  })
}

/** As text, since Kafka's definitions write some of them so. */
function referenceDefault(field: ReferenceField): string {
  const { type } = field
  // Null without quotes is what four definitions say, and Kafka's generator takes it for no default at all.
  const given = field.default === undefined || field.default === null ? undefined : String(field.default)
  if (given === 'null') return 'null'
  if (type.startsWith('[]')) return 'empty'
  switch (type) {
    case 'bool':
      return given ?? 'false'
    case 'string':
      return JSON.stringify(given ?? '')
    case 'uuid':
      return 'AAAAAAAAAAAAAAAAAAAAAA'
    case 'bytes':
      return 'empty'
    case 'records':
      return field.nullableVersions === undefined || field.nullableVersions === '0' ? 'empty' : 'null'
    default:
      return /^[A-Z]/.test(type) ? 'struct' : String(BigInt(given ?? 0))
  }
}

function ownFacts(shape: Shape, version: number, isFlexible: boolean): FieldFacts[] {
  return Object.entries(shape).map(([name, field]) => {
    const { spec } = field
    const isPresent = isIn(version, spec.versions)
    const { kind } = spec.type
    const inner = innerShape(field)
    const hasVariableLength = ['array', 'string', 'bytes', 'records'].includes(kind)
    return {
      name,
      type: typeName(field),
      isPresent,
      isNullable: isPresent && isIn(version, spec.nullableVersions),
      isCompact: isPresent && hasVariableLength && isFlexible && spec.followsFlexible,
      tag: isPresent && isFlexible ? spec.tag : undefined,
      default: ownDefault(field),
      isIgnorable: !isPresent && spec.isIgnorable,
      fields: isPresent && inner !== undefined ? ownFacts(inner, version, isFlexible) : undefined,
    }
  })
}

function innerShape({ spec: { type } }: AnyField): Shape | undefined {
  if (type.kind === 'struct') return type.shape
  return type.kind === 'array' ? innerShape(type.element) : undefined
}

function typeName({ spec: { type } }: AnyField): string {
  if (type.kind === 'array') return `[]${typeName(type.element)}`
  return type.kind === 'int53' ? 'int64' : type.kind
}

function ownDefault(field: AnyField): string {
  const value = defaultValueOf(field)
  if (value === null) return 'null'
  if (value instanceof Uint8Array || Array.isArray(value)) return 'empty'
  if (value === INT53_MAX) return String(2n ** 63n - 1n)
  if (typeof value === 'string') return field.spec.type.kind === 'uuid' ? value : JSON.stringify(value)
  return typeof value === 'object' ? 'struct' : String(value)
}

describe('the declarations against the definitions of Kafka 4.3.1', () => {
  // By the name inside the file: `ZkMigrationRecord.json` defines ZkMigrationStateRecord.
  const definitions = new Map<string, ReferenceMessage>()
  for (const folder of readdirSync(new URL('messages/', reference))) {
    for (const file of readdirSync(new URL(`messages/${folder}/`, reference))) {
      const definition = readReference<ReferenceMessage>(`messages/${folder}/${file}`)
      definitions.set(`${folder}/${definition.name}`, definition)
    }
  }

  test('every message of the reference is declared, and no other', () => {
    assert.deepEqual(
      ALL_MESSAGES.map(({ message, folder }) => `${folder}/${message.name}`).sort(),
      [...definitions.keys()].sort(),
    )
    assert.equal(definitions.size, 280)
  })

  for (const { message, folder } of ALL_MESSAGES) {
    test(`each field of each version of ${message.name} is as in the reference`, () => {
      const expected = definitions.get(`${folder}/${message.name}`)
      assert.ok(expected !== undefined)
      assert.deepEqual(
        versionsOf(message),
        versionsOf({ ...message, versions: range(expected.validVersions) } as never),
      )
      if (folder !== 'clients') assert.equal(message.key, expected.apiKey)
      for (const version of versionsOf(message)) {
        assert.equal(message.isFlexible(version), isIn(version, range(expected.flexibleVersions)))
        assert.deepEqual(
          ownFacts(message.shape, version, message.isFlexible(version)),
          referenceFacts(expected, expected.fields ?? [], version),
          `version ${version}`,
        )
      }
    })
  }
})

describe('API keys and error codes', () => {
  interface ReferenceApiKey {
    key: number
    name: string
    min: number
    max: number
    maxIncludingUnstable: number
    clusterAction: boolean
    forwardable: boolean
    listeners: string[]
  }
  const expectedKeys = readReference<ReferenceApiKey[]>('api-keys.json')

  test('every API key has the stable versions, listeners and flags of the reference', () => {
    assert.deepEqual(
      API_KEYS.map(info => ({ ...info, flexibleSince: undefined })),
      expectedKeys.map(expected => ({
        key: expected.key,
        name: expected.name,
        versions: [expected.min, expected.max],
        flexibleSince: undefined,
        listeners: expected.listeners.map(listener => listener.toLowerCase()),
        isClusterAction: expected.clusterAction,
        isForwardable: expected.forwardable,
      })),
    )
  })

  test('an API key is found by its number, and the declaration under it agrees about name, versions and flexibility', () => {
    assert.equal(ALL_APIS.length, API_KEYS.length)
    for (const api of ALL_APIS) {
      const info = apiKeyInfo(api.key)
      const expected = expectedKeys.find(({ key }) => key === api.key)
      assert.equal(info?.key, api.key)
      assert.equal(info?.name, api.name)
      assert.deepEqual(api.versions, [expected?.min, expected?.maxIncludingUnstable])
      for (const version of versionsOf(api.request)) {
        assert.equal(requestHeaderVersion(info, version), api.request.isFlexible(version) ? 2 : 1)
        const flexibleHeader = api.response.isFlexible(version) && api.name !== 'ApiVersions'
        assert.equal(responseHeaderVersion(info, version), flexibleHeader ? 1 : 0)
      }
    }
    assert.equal(apiKeyInfo(-1), undefined)
    assert.equal(apiKeyInfo(API_KEYS.length), undefined)
  })

  test('the table for the documentation names stable versions, and unstable ones apart', () => {
    const rows = apiTable()
    assert.deepEqual(rows.find(({ name }) => name === 'Fetch')?.versions, [4, 18])
    assert.equal(rows.find(({ name }) => name === 'LeaderAndIsr')?.versions, undefined)
    const unstable = rows.filter(({ unstableVersion }) => unstableVersion !== undefined)
    assert.deepEqual(
      unstable.map(({ name, unstableVersion }) => [name, unstableVersion]),
      [['InitProducerId', 6]],
    )
  })

  test('every error code has the name and retriability of the reference', () => {
    const expected = readReference<{ code: number; name: string; retriable: boolean }[]>('errors.json')
    assert.deepEqual(
      Object.entries(ErrorCode).map(([name, code]) => ({ code, name, retriable: isRetriable(code) })),
      expected,
    )
    for (const { code, name } of expected) assert.equal(errorName(code), name)
    assert.equal(errorName(30_000), 'UNKNOWN_SERVER_ERROR')
  })
})
