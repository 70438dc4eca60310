import { type Uuid, ZERO_UUID } from '../uuid.ts'

/**
 * The language in which every message is declared, once for all its versions.
 *
 * A field is a type plus what Kafka's definitions say about it: the versions it exists in, where it may be null, its
 * default, its tag, and whether a version without it may drop a value (`ignorable`). Fields are immutable; each method
 * gives a new one. From the declaration TypeScript infers two types per message: `DecodedOf`, where every field is
 * there and absent ones hold their default, and `EncodableOf`, where a field may be left out if it has a default of
 * its own, a tag, or is not in every version.
 */

/** First and last version, both included; `[0, -1]` is none at all. */
export type VersionRange = readonly [first: number, last: number]

export const LAST_VERSION = 32767

/** Versions of an API key whose messages Kafka 4 has dropped. */
export const NO_VERSIONS: VersionRange = [0, -1]

export type ScalarKind =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int53'
  | 'int64'
  | 'float64'
  | 'string'
  | 'uuid'
  | 'bytes'
  | 'records'

export type FieldType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'array'; readonly element: AnyField }
  | { readonly kind: 'struct'; readonly shape: Shape }

export type Presence = 'required' | 'optional'

interface FieldSpec {
  readonly type: FieldType
  readonly versions: VersionRange
  /** Where null is allowed, before intersection with `versions`. */
  readonly nullableVersions: VersionRange
  readonly defaultValue: unknown
  readonly tag: number | undefined
  readonly isIgnorable: boolean
  /** False for the one string that stays in the old form even in a flexible version: the header's client id. */
  readonly followsFlexible: boolean
}

export class Field<Decoded, Encodable, P extends Presence> {
  /** Exist for inference only. */
  declare readonly decoded: Decoded
  declare readonly encodable: Encodable
  declare readonly presence: P

  readonly spec: FieldSpec

  constructor(spec: FieldSpec) {
    this.spec = spec
  }

  /** The first version that has the field. */
  since(version: number): Field<Decoded, Encodable, 'optional'> {
    return new Field({ ...this.spec, versions: [version, this.spec.versions[1]] })
  }

  /** The last version that has the field. */
  until(version: number): Field<Decoded, Encodable, 'optional'> {
    return new Field({ ...this.spec, versions: [this.spec.versions[0], version] })
  }

  /** What a decoder puts where the version lacks the field, and an encoder where the value does. */
  default(value: Decoded & (number | bigint | string | boolean | null)): Field<Decoded, Encodable, 'optional'> {
    return new Field({ ...this.spec, defaultValue: value })
  }

  /** Written in the tagged section of flexible versions, and there only when it is not the default (KIP-482). */
  tagged(tag: number): Field<Decoded, Encodable, 'optional'> {
    return new Field({ ...this.spec, tag })
  }

  /** A version without the field drops its value; without this, a value other than the default refuses to encode. */
  ignorable(): Field<Decoded, Encodable, P> {
    return new Field({ ...this.spec, isIgnorable: true })
  }

  /** Keeps the old, non-compact form in flexible versions. */
  neverCompact(): Field<Decoded, Encodable, P> {
    return new Field({ ...this.spec, followsFlexible: false })
  }
}

export type AnyField = Field<unknown, unknown, Presence>

export type Shape = Readonly<Record<string, AnyField>>

/** A tag this declaration does not know, kept so that it survives a round trip. */
export interface RawTaggedField {
  readonly tag: number
  readonly data: Uint8Array
}

type OptionalKeys<S extends Shape> = { [K in keyof S]: S[K]['presence'] extends 'optional' ? K : never }[keyof S]

export type DecodedOf<S extends Shape> = {
  -readonly [K in keyof S]: S[K]['decoded']
} & { unknownTaggedFields?: RawTaggedField[] }

export type EncodableOf<S extends Shape> = {
  readonly [K in Exclude<keyof S, OptionalKeys<S>>]: S[K]['encodable']
} & { readonly [K in OptionalKeys<S>]?: S[K]['encodable'] } & {
  readonly unknownTaggedFields?: readonly RawTaggedField[]
}

function scalar<Decoded, Encodable = Decoded>(
  kind: ScalarKind,
  defaultValue: Decoded,
): Field<Decoded, Encodable, 'required'> {
  return new Field({
    type: { kind },
    versions: [0, LAST_VERSION],
    nullableVersions: NO_VERSIONS,
    defaultValue,
    tag: undefined,
    isIgnorable: false,
    followsFlexible: true,
  })
}

export const bool = scalar<boolean>('bool', false)
export const int8 = scalar<number>('int8', 0)
export const int16 = scalar<number>('int16', 0)
export const uint16 = scalar<number>('uint16', 0)
export const int32 = scalar<number>('int32', 0)
export const uint32 = scalar<number>('uint32', 0)
export const float64 = scalar<number>('float64', 0)

/**
 * 64 bits on the wire, a `number` here: for offsets, timestamps, durations, sizes, broker epochs and producer ids,
 * which are counted up from zero and compared. Values at or beyond ±2^53 decode as ±2^53, and ±2^53 is written as the
 * greatest and smallest int64, so that Kafka's Long.MAX_VALUE, meaning "no bound", survives.
 */
export const int53 = scalar<number>('int53', 0)

/**
 * 64 bits on the wire and here, as `bigint`: for what is stored and given back to the bit (committed offsets) and for
 * what uses every bit (hashes).
 */
export const int64 = scalar<bigint>('int64', 0n)

export const string = scalar<string>('string', '')
export const uuid = scalar<Uuid>('uuid', ZERO_UUID)

/** The default of byte fields. */
export const NO_BYTES = new Uint8Array(0)

/** Decodes to a view of the frame, not a copy. */
export const bytes = scalar<Uint8Array>('bytes', NO_BYTES)

/** Record batches: a view when decoded; what is encoded may be in pieces, which are passed on as they are. */
export const records = scalar<Uint8Array, Uint8Array | readonly Uint8Array[]>('records', NO_BYTES)

export function array<D, E, P extends Presence>(element: Field<D, E, P>): Field<D[], readonly E[], 'required'>
export function array<S extends Shape>(element: S): Field<DecodedOf<S>[], readonly EncodableOf<S>[], 'required'>
export function array(element: AnyField | Shape): Field<unknown[], readonly unknown[], 'required'> {
  const field: AnyField = element instanceof Field ? element : struct(element)
  return new Field({ ...int32.spec, type: { kind: 'array', element: field }, defaultValue: undefined })
}

export function struct<S extends Shape>(shape: S): Field<DecodedOf<S>, EncodableOf<S>, 'required'> {
  return new Field({ ...int32.spec, type: { kind: 'struct', shape }, defaultValue: undefined })
}

/** Null is allowed in every version of the field, or from `since` on. Its default stays the type's own, as in Kafka. */
export function nullable<D, E, P extends Presence>(
  field: Field<D, E, P>,
  options: { readonly since: number } = { since: 0 },
): Field<D | null, E | null, P> {
  const defaultValue = field.spec.type.kind === 'records' ? null : field.spec.defaultValue
  return new Field({ ...field.spec, defaultValue, nullableVersions: [options.since, LAST_VERSION] })
}

export function isIn(version: number, range: VersionRange): boolean {
  return version >= range[0] && version <= range[1]
}
