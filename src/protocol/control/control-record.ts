import type { AnyMessage, Decoded } from '../schema/message.ts'
import { ProtocolError } from '../schema/protocol-error.ts'
import { Reader } from '../schema/reader.ts'
import { EndTxnMarker } from './end-txn-marker.ts'
import { KRaftVersionRecord } from './kraft-version-record.ts'
import { LeaderChangeMessage } from './leader-change-message.ts'
import { SnapshotFooterRecord } from './snapshot-footer-record.ts'
import { SnapshotHeaderRecord } from './snapshot-header-record.ts'
import { VotersRecord } from './voters-record.ts'

/** What the key of a control record names (Kafka's `ControlRecordType`). */
export const ControlRecordType = {
  ABORT: 0,
  COMMIT: 1,
  LEADER_CHANGE: 2,
  SNAPSHOT_HEADER: 3,
  SNAPSHOT_FOOTER: 4,
  KRAFT_VERSION: 5,
  KRAFT_VOTERS: 6,
} as const

export type ControlRecordTypeName = keyof typeof ControlRecordType

const KEY_VERSION = 0

/** The key: int16 version 0 and int16 type. */
export function encodeControlRecordKey(type: number): Uint8Array {
  return Uint8Array.of(0, KEY_VERSION, type >> 8, type)
}

/** The type a key names, or undefined for one that this version does not know. Later key versions may be longer. */
export function decodeControlRecordKey(key: Uint8Array): ControlRecordTypeName | undefined {
  const reader = new Reader(key)
  const version = reader.int16()
  if (version < KEY_VERSION) throw new ProtocolError(`a control record's key of version ${version}`)
  const type = reader.int16()
  for (const [name, number] of Object.entries(ControlRecordType)) {
    if (number === type) return name as ControlRecordTypeName
  }
  return undefined
}

/** The values of the metadata log's own control records; their first field is their version, always 0. */
export const RAFT_CONTROL_RECORDS = {
  LEADER_CHANGE: LeaderChangeMessage,
  SNAPSHOT_HEADER: SnapshotHeaderRecord,
  SNAPSHOT_FOOTER: SnapshotFooterRecord,
  KRAFT_VERSION: KRaftVersionRecord,
  KRAFT_VOTERS: VotersRecord,
} as const satisfies Partial<Record<ControlRecordTypeName, AnyMessage>>

/** The value of an ABORT or COMMIT marker: int16 version and the message. A later version is read as the last known. */
export function decodeEndTxnMarker(value: Uint8Array): Decoded<typeof EndTxnMarker> {
  const reader = new Reader(value)
  const version = reader.int16()
  if (version < 0) throw new ProtocolError(`an end-of-transaction marker of version ${version}`)
  return EndTxnMarker.decodeFrom(reader, Math.min(version, EndTxnMarker.versions[1]))
}

export function encodeEndTxnMarker(coordinatorEpoch: number): Uint8Array {
  return EndTxnMarker.encodeVersioned({ coordinatorEpoch }, EndTxnMarker.versions[1])
}
