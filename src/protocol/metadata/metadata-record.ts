import type { AnyMessage, Decoded, Encodable } from '../schema/message.ts'
import { ProtocolError } from '../schema/protocol-error.ts'
import { Reader } from '../schema/reader.ts'
import { Writer } from '../schema/writer.ts'
import { AbortTransactionRecord } from './abort-transaction-record.ts'
import { AccessControlEntryRecord } from './access-control-entry-record.ts'
import { BeginTransactionRecord } from './begin-transaction-record.ts'
import { BrokerRegistrationChangeRecord } from './broker-registration-change-record.ts'
import { ClearElrRecord } from './clear-elr-record.ts'
import { ClientQuotaRecord } from './client-quota-record.ts'
import { ConfigRecord } from './config-record.ts'
import { DelegationTokenRecord } from './delegation-token-record.ts'
import { EndTransactionRecord } from './end-transaction-record.ts'
import { FeatureLevelRecord } from './feature-level-record.ts'
import { FenceBrokerRecord } from './fence-broker-record.ts'
import { NoOpRecord } from './no-op-record.ts'
import { PartitionChangeRecord } from './partition-change-record.ts'
import { PartitionRecord } from './partition-record.ts'
import { ProducerIdsRecord } from './producer-ids-record.ts'
import { RegisterBrokerRecord } from './register-broker-record.ts'
import { RegisterControllerRecord } from './register-controller-record.ts'
import { RemoveAccessControlEntryRecord } from './remove-access-control-entry-record.ts'
import { RemoveDelegationTokenRecord } from './remove-delegation-token-record.ts'
import { RemoveTopicRecord } from './remove-topic-record.ts'
import { RemoveUserScramCredentialRecord } from './remove-user-scram-credential-record.ts'
import { TopicRecord } from './topic-record.ts'
import { UnfenceBrokerRecord } from './unfence-broker-record.ts'
import { UnregisterBrokerRecord } from './unregister-broker-record.ts'
import { UserScramCredentialRecord } from './user-scram-credential-record.ts'
import { ZkMigrationStateRecord } from './zk-migration-state-record.ts'

/** Every record of the cluster metadata log, in the order of their keys. */
export const METADATA_RECORDS = {
  RegisterBrokerRecord,
  UnregisterBrokerRecord,
  TopicRecord,
  PartitionRecord,
  ConfigRecord,
  PartitionChangeRecord,
  FenceBrokerRecord,
  UnfenceBrokerRecord,
  RemoveTopicRecord,
  DelegationTokenRecord,
  UserScramCredentialRecord,
  FeatureLevelRecord,
  ClientQuotaRecord,
  ProducerIdsRecord,
  BrokerRegistrationChangeRecord,
  AccessControlEntryRecord,
  RemoveAccessControlEntryRecord,
  NoOpRecord,
  ZkMigrationStateRecord,
  RemoveUserScramCredentialRecord,
  BeginTransactionRecord,
  EndTransactionRecord,
  AbortTransactionRecord,
  RemoveDelegationTokenRecord,
  RegisterControllerRecord,
  ClearElrRecord,
} as const

export type MetadataRecordName = keyof typeof METADATA_RECORDS

/** A record of the cluster metadata log, told apart by `type`. */
export type MetadataRecord = {
  [N in MetadataRecordName]: {
    readonly type: N
    readonly version: number
    readonly value: Decoded<(typeof METADATA_RECORDS)[N]>
  }
}[MetadataRecordName]

/** A record to be written: defaulted fields may be left out. */
export type EncodableMetadataRecord = {
  [N in MetadataRecordName]: {
    readonly type: N
    readonly version: number
    readonly value: Encodable<(typeof METADATA_RECORDS)[N]>
  }
}[MetadataRecordName]

const BY_KEY: ReadonlyMap<number, AnyMessage> = new Map(
  Object.values<AnyMessage>(METADATA_RECORDS).map(message => [message.key ?? -1, message]),
)

const FRAME_VERSION = 1

/** The value of a record in the log: frame version, key and version as unsigned varints, then the message. */
export function encodeMetadataRecord(record: EncodableMetadataRecord): Uint8Array {
  const message: AnyMessage = METADATA_RECORDS[record.type]
  const writer = new Writer()
  writer.unsignedVarint(FRAME_VERSION)
  writer.unsignedVarint(message.key ?? 0)
  writer.unsignedVarint(record.version)
  message.encodeTo(writer, record.value, record.version)
  return writer.finishContiguous()
}

/** Fails with `ProtocolError` on an unknown key or version: what cannot be read cannot be skipped. */
export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const reader = new Reader(bytes)
  const frameVersion = reader.unsignedVarint()
  if (frameVersion !== FRAME_VERSION) throw new ProtocolError(`a metadata record in frame version ${frameVersion}`)
  const key = reader.unsignedVarint()
  const version = reader.unsignedVarint()
  const message = BY_KEY.get(key)
  if (message === undefined) throw new ProtocolError(`a metadata record of unknown type ${key}`)
  const value = message.decodeFrom(reader, version)
  if (reader.remaining > 0) throw new ProtocolError(`${reader.remaining} bytes after a ${message.name}`)
  return { type: message.name, version, value } as MetadataRecord
}
