import { readInt16, readInt32, writeInt16, writeInt32 } from './int64.ts'

/** What a control record says; the second int16 of its key (`ControlRecordType`). */
export const ControlRecordType = {
  ABORT: 0,
  COMMIT: 1,
  LEADER_CHANGE: 2,
  SNAPSHOT_HEADER: 3,
  SNAPSHOT_FOOTER: 4,
  KRAFT_VERSION: 5,
  KRAFT_VOTERS: 6,
} as const

export type ControlRecordType = (typeof ControlRecordType)[keyof typeof ControlRecordType]

/** `version int16 = 0 | type int16` */
export function controlRecordKey(type: ControlRecordType): Uint8Array<ArrayBuffer> {
  const key = new Uint8Array(4)
  writeInt16(key, 2, type)
  return key
}

/** The type in a control record's key; -1 where the key is none, which readers skip. */
export function controlRecordType(key: Uint8Array | null): number {
  return key === null || key.length < 4 ? -1 : readInt16(key, 2)
}

/** `version int16 = 0 | coordinatorEpoch int32`: the value of ABORT and COMMIT (`EndTransactionMarker`). */
export function endTransactionMarkerValue(coordinatorEpoch: number): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(6)
  writeInt32(value, 2, coordinatorEpoch)
  return value
}

export function coordinatorEpochOf(value: Uint8Array | null): number {
  return value === null || value.length < 6 ? -1 : readInt32(value, 2)
}
