import { isDefaultValue } from '../../../src/protocol/schema/default-value.ts'
import type { AnyField, Shape } from '../../../src/protocol/schema/field.ts'
import type { AnyMessage } from '../../../src/protocol/schema/message.ts'
import type { Value } from './interpreter.ts'

/** A value in the JSON of Kafka's generated converters: what both sides can read. */
export type KafkaJson = null | boolean | number | bigint | string | Float | KafkaJson[] | { [name: string]: KafkaJson }

/** Written with a point, since Kafka's converters take no integer for a float64. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

export interface JsonOptions {
  /** Kafka's converters read record sets, but write every one as if it were empty. */
  readonly emptyRecords: boolean
}

export function toKafkaJson(message: AnyMessage, value: Value, version: number, options: JsonOptions): KafkaJson {
  return structJson(message.shape, value, version, message.isFlexible(version), options)
}

function structJson(
  shape: Shape,
  value: Value,
  version: number,
  isFlexible: boolean,
  options: JsonOptions,
): { [name: string]: KafkaJson } {
  const json: { [name: string]: KafkaJson } = {}
  for (const [name, field] of Object.entries(shape)) {
    const [first, last] = field.spec.versions
    if (version < first || version > last) continue
    if (isFlexible && field.spec.tag !== undefined && isDefaultValue(field, value[name])) continue
    json[name] = fieldJson(field, value[name], version, isFlexible, options)
  }
  return json
}

function fieldJson(
  field: AnyField,
  value: unknown,
  version: number,
  isFlexible: boolean,
  options: JsonOptions,
): KafkaJson {
  const { type } = field.spec
  if (value === null) return null
  switch (type.kind) {
    case 'array':
      return (value as unknown[]).map(element => fieldJson(type.element, element, version, isFlexible, options))
    case 'struct':
      return structJson(type.shape, value as Value, version, isFlexible, options)
    case 'records':
      return options.emptyRecords ? '' : Buffer.from(value as Uint8Array).toString('base64')
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64')
    case 'float64':
      return new Float(value as number)
    case 'int64':
      return value as bigint
    case 'int53':
      if (value === 2 ** 53) return 2n ** 63n - 1n
      return value === -(2 ** 53) ? -(2n ** 63n) : BigInt(value as number)
    default:
      return value as KafkaJson
  }
}

export function stringifyKafkaJson(json: KafkaJson): string {
  if (typeof json === 'bigint') return String(json)
  if (json instanceof Float)
    return /^-?\d+$/.test(floatText(json.value)) ? `${floatText(json.value)}.0` : floatText(json.value)
  if (Array.isArray(json)) return `[${json.map(stringifyKafkaJson).join(',')}]`
  if (json === null || typeof json !== 'object') return JSON.stringify(json)
  return `{${Object.entries(json)
    .map(([name, value]) => `${JSON.stringify(name)}:${stringifyKafkaJson(value)}`)
    .join(',')}}`
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => KafkaJson

/** Parses what Kafka wrote: integers exactly, floats as doubles. */
export function parseKafkaJson(text: string): KafkaJson {
  return (JSON.parse as ParseWithSource)(text, (_, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value
    return /^-?\d+$/.test(source) ? BigInt(source) : new Float(value)
  })
}

/** Every integer as a bigint, as `parseKafkaJson` gives them. */
export function normalised(json: KafkaJson): KafkaJson {
  if (typeof json === 'number') return BigInt(json)
  if (Array.isArray(json)) return json.map(normalised)
  if (json === null || typeof json !== 'object' || json instanceof Float) return json
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, normalised(value)]))
}
