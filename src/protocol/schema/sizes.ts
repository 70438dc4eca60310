import { type AnyField, isIn, type Shape } from './field.ts'

/** How one version of a message is written. */
export interface VersionContext {
  readonly version: number
  readonly isFlexible: boolean
}

export function isPresent(field: AnyField, context: VersionContext): boolean {
  return isIn(context.version, field.spec.versions)
}

export function isTagged(field: AnyField, context: VersionContext): boolean {
  return field.spec.tag !== undefined && context.isFlexible && isPresent(field, context)
}

export function isNullable(field: AnyField, context: VersionContext): boolean {
  return isIn(context.version, field.spec.nullableVersions)
}

export function isCompact(field: AnyField, context: VersionContext): boolean {
  return context.isFlexible && field.spec.followsFlexible
}

/** The fewest bytes a field can take: what bounds an array's length by the bytes that are left. */
export function wireBytesMin(field: AnyField, context: VersionContext): number {
  switch (field.spec.type.kind) {
    case 'bool':
    case 'int8':
      return 1
    case 'int16':
    case 'uint16':
      return 2
    case 'int32':
    case 'uint32':
      return 4
    case 'int53':
    case 'int64':
    case 'float64':
      return 8
    case 'uuid':
      return 16
    case 'string':
      return isCompact(field, context) ? 1 : 2
    case 'bytes':
    case 'records':
    case 'array':
      return isCompact(field, context) ? 1 : 4
    case 'struct':
      return isNullable(field, context) ? 1 : structWireBytesMin(field.spec.type.shape, context)
  }
}

export function structWireBytesMin(shape: Shape, context: VersionContext): number {
  let bytes = context.isFlexible ? 1 : 0
  for (const field of Object.values(shape)) {
    if (isPresent(field, context) && !isTagged(field, context)) bytes += wireBytesMin(field, context)
  }
  return bytes
}

/** Roughly what V8 spends on one decoded value before it holds any text or element: 8 bytes a slot, 16 a double. */
export function heapBytes(field: AnyField): number {
  switch (field.spec.type.kind) {
    case 'bool':
    case 'int8':
    case 'int16':
    case 'uint16':
    case 'int32':
      return 8
    case 'uint32':
    case 'int53':
    case 'float64':
      return 24
    case 'int64':
      return 32
    case 'string':
      return 32
    case 'uuid':
      return 48
    case 'bytes':
    case 'records':
      return 136
    case 'array':
      return 40
    case 'struct': {
      let bytes = 32
      for (const inner of Object.values(field.spec.type.shape)) bytes += heapBytes(inner)
      return bytes
    }
  }
}
