import { assert } from '../assertion.ts'
import { AbortTransactionRecord } from '../protocol/metadata/abort-transaction-record.ts'
import { AccessControlEntryRecord } from '../protocol/metadata/access-control-entry-record.ts'
import { BeginTransactionRecord } from '../protocol/metadata/begin-transaction-record.ts'
import { BrokerRegistrationChangeRecord } from '../protocol/metadata/broker-registration-change-record.ts'
import { ClearElrRecord } from '../protocol/metadata/clear-elr-record.ts'
import { ClientQuotaRecord } from '../protocol/metadata/client-quota-record.ts'
import { ConfigRecord } from '../protocol/metadata/config-record.ts'
import { DelegationTokenRecord } from '../protocol/metadata/delegation-token-record.ts'
import { EndTransactionRecord } from '../protocol/metadata/end-transaction-record.ts'
import { FeatureLevelRecord } from '../protocol/metadata/feature-level-record.ts'
import { FenceBrokerRecord } from '../protocol/metadata/fence-broker-record.ts'
import { NoOpRecord } from '../protocol/metadata/no-op-record.ts'
import { PartitionChangeRecord } from '../protocol/metadata/partition-change-record.ts'
import { PartitionRecord } from '../protocol/metadata/partition-record.ts'
import { ProducerIdsRecord } from '../protocol/metadata/producer-ids-record.ts'
import { RegisterBrokerRecord } from '../protocol/metadata/register-broker-record.ts'
import { RegisterControllerRecord } from '../protocol/metadata/register-controller-record.ts'
import { RemoveAccessControlEntryRecord } from '../protocol/metadata/remove-access-control-entry-record.ts'
import { RemoveDelegationTokenRecord } from '../protocol/metadata/remove-delegation-token-record.ts'
import { RemoveTopicRecord } from '../protocol/metadata/remove-topic-record.ts'
import { RemoveUserScramCredentialRecord } from '../protocol/metadata/remove-user-scram-credential-record.ts'
import { TopicRecord } from '../protocol/metadata/topic-record.ts'
import { UnfenceBrokerRecord } from '../protocol/metadata/unfence-broker-record.ts'
import { UnregisterBrokerRecord } from '../protocol/metadata/unregister-broker-record.ts'
import { UserScramCredentialRecord } from '../protocol/metadata/user-scram-credential-record.ts'
import { ZkMigrationStateRecord } from '../protocol/metadata/zk-migration-state-record.ts'
import type { AnyMessage, Decoded } from '../protocol/schema/message.ts'
import { ProtocolError } from '../protocol/schema/protocol-error.ts'
import { Reader } from '../protocol/schema/reader.ts'
import { Writer } from '../protocol/schema/writer.ts'

/** Every record of the metadata log, by Kafka's name. */
const metadataMessages = {
  AbortTransactionRecord,
  AccessControlEntryRecord,
  BeginTransactionRecord,
  BrokerRegistrationChangeRecord,
  ClearElrRecord,
  ClientQuotaRecord,
  ConfigRecord,
  DelegationTokenRecord,
  EndTransactionRecord,
  FeatureLevelRecord,
  FenceBrokerRecord,
  NoOpRecord,
  PartitionChangeRecord,
  PartitionRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
  RemoveAccessControlEntryRecord,
  RemoveDelegationTokenRecord,
  RemoveTopicRecord,
  RemoveUserScramCredentialRecord,
  TopicRecord,
  UnfenceBrokerRecord,
  UnregisterBrokerRecord,
  UserScramCredentialRecord,
  ZkMigrationStateRecord,
} as const

type DeepReadonly<T> = T extends string | number | bigint | boolean | null | undefined | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : { readonly [Key in keyof T]: DeepReadonly<T[Key]> }

export type MetadataRecordName = keyof typeof metadataMessages

/** A record's fields, every one present. */
export type MetadataMessage<Name extends MetadataRecordName> = DeepReadonly<Decoded<(typeof metadataMessages)[Name]>>

/** One record with the version it is written in: Kafka's ApiMessageAndVersion. */
export type MetadataRecord = {
  readonly [Name in MetadataRecordName]: {
    readonly name: Name
    readonly version: number
    readonly message: MetadataMessage<Name>
  }
}[MetadataRecordName]

export function metadataRecord<Name extends MetadataRecordName>(
  name: Name,
  version: number,
  message: MetadataMessage<Name>,
): MetadataRecord {
  return { name, version, message } as MetadataRecord
}

/** `MetadataRecordSerde`'s frame: the value of a record in the log is this version, the record's key, its version, and it. */
const frameVersion = 1

const nameByKey: ReadonlyMap<number, MetadataRecordName> = new Map(
  Object.entries(metadataMessages).map(([name, message]) => [keyOf(message), name as MetadataRecordName]),
)

export function encodeMetadataRecord(record: MetadataRecord): Uint8Array {
  const message: AnyMessage = metadataMessages[record.name]
  const writer = new Writer()
  writer.unsignedVarint(frameVersion)
  writer.unsignedVarint(keyOf(message))
  writer.unsignedVarint(record.version)
  message.encodeTo(writer, record.message, record.version)
  return writer.finishContiguous()
}

/** A record this node does not know, or cannot read whole, is a `ProtocolError`: the log is from a newer Kafka, or damaged. */
export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const reader = new Reader(bytes)
  const frame = reader.unsignedVarint()
  if (frame !== frameVersion) throw new ProtocolError(`metadata record frame version ${frame} is not ${frameVersion}`)
  const key = reader.unsignedVarint()
  const version = reader.unsignedVarint()
  const name = nameByKey.get(key)
  if (name === undefined) throw new ProtocolError(`unknown metadata record type ${key}`)
  const message = metadataMessages[name].decodeFrom(reader, version)
  if (reader.remaining > 0) throw new ProtocolError(`${name} v${version}: ${reader.remaining} bytes after its end`)
  return { name, version, message } as MetadataRecord
}

function keyOf(message: AnyMessage): number {
  assert(message.key !== undefined, `${message.name} has no key`)
  return message.key
}
