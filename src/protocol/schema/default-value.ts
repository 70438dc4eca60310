import type { AnyField, Shape } from './field.ts'

/** The default of a field as a fresh value: arrays and structs are never shared between messages. */
export function defaultValueOf(field: AnyField): unknown {
  const { type, defaultValue } = field.spec
  if (defaultValue !== undefined) return defaultValue
  return type.kind === 'struct' ? defaultStruct(type.shape) : []
}

function defaultStruct(shape: Shape): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(shape)) value[name] = defaultValueOf(field)
  return value
}

/**
 * The default as code that makes it anew each time it runs. Only the empty `Uint8Array`, which cannot change, is shared:
 * the code knows it as `noBytes`.
 */
export function defaultExpression(field: AnyField): string {
  return literal(defaultValueOf(field))
}

function literal(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return '[]'
  if (value instanceof Uint8Array) return 'noBytes'
  const members = Object.entries(value as object).map(([name, member]) => `${name}: ${literal(member)}`)
  return `{ ${members.join(', ')} }`
}

/** Whether `===` tells the default from any other value. */
export function hasScalarDefault(field: AnyField): boolean {
  const value = defaultValueOf(field)
  return value === null || typeof value !== 'object'
}

/** What decides whether a tagged field is left out, and whether a version without the field can carry the value. */
export function isDefaultValue(field: AnyField, value: unknown): boolean {
  if (value === undefined) return true
  const { type, defaultValue } = field.spec
  if (value === null || defaultValue === null) return value === defaultValue
  switch (type.kind) {
    case 'array':
    case 'bytes':
      return (value as { length: number }).length === 0
    case 'records':
      return lengthOf(value as Uint8Array | readonly Uint8Array[]) === 0
    case 'struct':
      return isDefaultStruct(type.shape, value as Readonly<Record<string, unknown>>)
    default:
      return value === defaultValue
  }
}

function isDefaultStruct(shape: Shape, value: Readonly<Record<string, unknown>>): boolean {
  const { unknownTaggedFields } = value
  if (Array.isArray(unknownTaggedFields) && unknownTaggedFields.length > 0) return false
  // Asked of every answer to Produce: entries of their own for each would be a fortieth of its cost.
  for (const name in shape) if (!isDefaultValue(shape[name]!, value[name])) return false
  return true
}

function lengthOf(value: Uint8Array | readonly Uint8Array[]): number {
  return value instanceof Uint8Array ? value.length : value.reduce((sum, piece) => sum + piece.length, 0)
}
