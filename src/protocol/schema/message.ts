import { compileDecoder, type Decoder } from './compile-decoder.ts'
import { compileEncoder, type Encoder } from './compile-encoder.ts'
import { type DecodedOf, type EncodableOf, isIn, NO_VERSIONS, type Shape, type VersionRange } from './field.ts'
import { EncodeError, ProtocolError } from './protocol-error.ts'
import { Reader } from './reader.ts'
import type { VersionContext } from './sizes.ts'
import { Writer } from './writer.ts'

export interface MessageOptions<S extends Shape> {
  /** Every version that can be read and written, unstable ones included. */
  readonly versions: VersionRange
  /** From here on strings and arrays are compact and structs end in tagged fields (KIP-482). */
  readonly flexibleSince?: number
  readonly fields: S
  /** The API key of a metadata record, or the type of a coordinator's record. */
  readonly key?: number
}

/** One message in all its versions. Its codec for a version is compiled when first needed, and kept. */
export class Message<S extends Shape> {
  readonly name: string
  readonly versions: VersionRange
  readonly flexibleVersions: VersionRange
  readonly shape: S
  readonly key: number | undefined
  readonly #decoders: (Decoder | undefined)[] = []
  readonly #encoders: (Encoder | undefined)[] = []

  constructor(name: string, options: MessageOptions<S>) {
    this.name = name
    this.versions = options.versions
    this.flexibleVersions =
      options.flexibleSince === undefined ? NO_VERSIONS : [options.flexibleSince, options.versions[1]]
    this.shape = options.fields
    this.key = options.key
  }

  isFlexible(version: number): boolean {
    return isIn(version, this.flexibleVersions)
  }

  /** The value that `bytes` holds, all of them: anything left over is a `ProtocolError`, as is anything missing. */
  decode(bytes: Uint8Array, version: number): DecodedOf<S> {
    const reader = new Reader(bytes)
    const value = this.decodeFrom(reader, version)
    if (reader.remaining > 0) {
      throw new ProtocolError(`${this.name} v${version}: ${reader.remaining} bytes after its end`)
    }
    return value
  }

  /** Leaves the reader behind the message. */
  decodeFrom(reader: Reader, version: number): DecodedOf<S> {
    const decoder = this.#decoders[version] ?? this.#compileDecoder(version)
    try {
      return decoder(reader) as DecodedOf<S>
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      throw new ProtocolError(`${this.name} v${version}: ${error.message}`, { cause: error })
    }
  }

  /** Chunks to be sent one after the other; large byte fields are among them as they were given. */
  encode(value: EncodableOf<S>, version: number): Uint8Array[] {
    const writer = new Writer()
    this.encodeTo(writer, value, version)
    return writer.finish()
  }

  encodeContiguous(value: EncodableOf<S>, version: number): Uint8Array {
    const writer = new Writer()
    this.encodeTo(writer, value, version)
    return writer.finishContiguous()
  }

  encodeTo(writer: Writer, value: EncodableOf<S>, version: number): void {
    const encoder = this.#encoders[version] ?? this.#compileEncoder(version)
    encoder(writer, value)
  }

  /** The int16 version, then the message: so begin coordinators' values, consumer protocols and principals. */
  encodeVersioned(value: EncodableOf<S>, version: number): Uint8Array {
    const writer = new Writer()
    writer.int16(version, 'version')
    this.encodeTo(writer, value, version)
    return writer.finishContiguous()
  }

  #compileDecoder(version: number): Decoder {
    if (!isIn(version, this.versions)) throw new ProtocolError(`${this.name} has no version ${version}`)
    const decoder = compileDecoder(this.name, this.shape, this.#context(version))
    this.#decoders[version] = decoder
    return decoder
  }

  #compileEncoder(version: number): Encoder {
    if (!isIn(version, this.versions)) throw new EncodeError(`${this.name} has no version ${version}`)
    const encoder = compileEncoder(this.name, this.shape, this.#context(version))
    this.#encoders[version] = encoder
    return encoder
  }

  #context(version: number): VersionContext {
    return { version, isFlexible: this.isFlexible(version) }
  }
}

export type AnyMessage = Message<Shape>

/** What a decoder gives: every field is there. */
export type Decoded<M> = M extends Message<infer S> ? DecodedOf<S> : never

/** What an encoder takes: fields that have a default, a tag or not every version may be left out. */
export type Encodable<M> = M extends Message<infer S> ? EncodableOf<S> : never

export function message<const S extends Shape>(name: string, options: MessageOptions<S>): Message<S> {
  return new Message(name, options)
}
