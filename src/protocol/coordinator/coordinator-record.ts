import type { AnyMessage, Decoded, Encodable } from '../schema/message.ts'
import { ProtocolError } from '../schema/protocol-error.ts'
import { Reader } from '../schema/reader.ts'
import { Writer } from '../schema/writer.ts'

/** The two halves of one type of record in a coordinator's topic. Their `key` is the type. */
export interface RecordType {
  readonly key: AnyMessage
  readonly value: AnyMessage
}

export type RecordTypes = Readonly<Record<string, RecordType>>

/** What one record of a coordinator's topic says, told apart by `type`; a null value is a tombstone. */
export type CoordinatorRecord<T extends RecordTypes> = {
  [N in keyof T]: {
    readonly type: N
    readonly key: Decoded<T[N]['key']>
    readonly value: Decoded<T[N]['value']> | null
    /** Of the value; -1 for a tombstone. */
    readonly valueVersion: number
  }
}[keyof T]

/** A record's key: int16 type and the message. All key messages have version 0 only. */
export function encodeRecordKey<M extends AnyMessage>(message: M, value: Encodable<M>): Uint8Array {
  const writer = new Writer()
  writer.int16(message.key ?? -1, 'type')
  message.encodeTo(writer, value, 0)
  return writer.finishContiguous()
}

/** A record's value: int16 version and the message. */
export function encodeRecordValue<M extends AnyMessage>(message: M, value: Encodable<M>, version: number): Uint8Array {
  return message.encodeVersioned(value, version)
}

/** The decoder of one topic's records. */
export class CoordinatorRecordDecoder<T extends RecordTypes> {
  readonly #byKey: ReadonlyMap<number, readonly [name: string, type: RecordType]>

  constructor(types: T) {
    this.#byKey = new Map(Object.entries(types).map(([name, type]) => [type.key.key ?? -1, [name, type]]))
  }

  /**
   * The record, or undefined where a later Kafka wrote a type that this one does not know: such records are skipped.
   * A known type whose value has an unknown version, or whose bytes do not fit, is a `ProtocolError`.
   */
  decode(key: Uint8Array, value: Uint8Array | null): CoordinatorRecord<T> | undefined {
    const keyReader = new Reader(key)
    const known = this.#byKey.get(keyReader.int16())
    if (known === undefined) return undefined
    const [name, type] = known
    const decodedKey = type.key.decodeFrom(keyReader, 0)
    if (keyReader.remaining > 0) throw new ProtocolError(`${keyReader.remaining} bytes after a ${type.key.name}`)
    if (value === null) {
      return { type: name, key: decodedKey, value: null, valueVersion: -1 } as unknown as CoordinatorRecord<T>
    }
    const reader = new Reader(value)
    const valueVersion = reader.int16()
    const decoded = type.value.decodeFrom(reader, valueVersion)
    if (reader.remaining > 0) throw new ProtocolError(`${reader.remaining} bytes after a ${type.value.name}`)
    return { type: name, key: decodedKey, value: decoded, valueVersion } as unknown as CoordinatorRecord<T>
  }
}
