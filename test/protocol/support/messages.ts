import { ALL_APIS } from '../../../src/protocol/all-apis.ts'
import { ConsumerProtocolAssignment } from '../../../src/protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ConsumerProtocolSubscription } from '../../../src/protocol/consumer-protocol/consumer-protocol-subscription.ts'
import { ControlRecordTypeSchema } from '../../../src/protocol/control/control-record-type-schema.ts'
import { EndTxnMarker } from '../../../src/protocol/control/end-txn-marker.ts'
import { KRaftVersionRecord } from '../../../src/protocol/control/kraft-version-record.ts'
import { LeaderChangeMessage } from '../../../src/protocol/control/leader-change-message.ts'
import { SnapshotFooterRecord } from '../../../src/protocol/control/snapshot-footer-record.ts'
import { SnapshotHeaderRecord } from '../../../src/protocol/control/snapshot-header-record.ts'
import { VotersRecord } from '../../../src/protocol/control/voters-record.ts'
import { GROUP_RECORDS } from '../../../src/protocol/coordinator/group/group-records.ts'
import { SHARE_RECORDS } from '../../../src/protocol/coordinator/share/share-records.ts'
import { TRANSACTION_RECORDS } from '../../../src/protocol/coordinator/transaction/transaction-records.ts'
import { RequestHeader, ResponseHeader } from '../../../src/protocol/header.ts'
import { METADATA_RECORDS } from '../../../src/protocol/metadata/metadata-record.ts'
import { DefaultPrincipalData } from '../../../src/protocol/principal/default-principal-data.ts'
import { QuorumStateData } from '../../../src/protocol/raft/quorum-state-data.ts'
import type { AnyMessage } from '../../../src/protocol/schema/message.ts'
import { ProducerSnapshot } from '../../../src/protocol/storage/producer-snapshot.ts'
import { RemoteLogSegmentMetadataRecord } from '../../../src/protocol/storage/remote-log-segment-metadata-record.ts'
import { RemoteLogSegmentMetadataSnapshotRecord } from '../../../src/protocol/storage/remote-log-segment-metadata-snapshot-record.ts'
import { RemoteLogSegmentMetadataUpdateRecord } from '../../../src/protocol/storage/remote-log-segment-metadata-update-record.ts'
import { RemotePartitionDeleteMetadataRecord } from '../../../src/protocol/storage/remote-partition-delete-metadata-record.ts'

/** A message, the folder of `test/reference/messages` with its definition, and the class Apache generates from that. */
export interface KnownMessage {
  readonly message: AnyMessage
  readonly folder: string
  readonly javaClass: string
}

function known(folder: string, javaPackage: string, messages: readonly AnyMessage[], suffix = ''): KnownMessage[] {
  return messages.map(message => ({ message, folder, javaClass: `${javaPackage}.${message.name}${suffix}` }))
}

const pairs = (types: Readonly<Record<string, { key: AnyMessage; value: AnyMessage }>>) =>
  Object.values(types).flatMap(({ key, value }) => [key, value])

const CLIENTS = 'org.apache.kafka.common.message'

/** Everything that is declared: requests, responses, headers and records. */
export const ALL_MESSAGES: readonly KnownMessage[] = [
  ...known(
    'clients',
    CLIENTS,
    ALL_APIS.flatMap(({ request, response }) => [request, response]),
    'Data',
  ),
  ...known('clients', CLIENTS, [RequestHeader, ResponseHeader], 'Data'),
  ...known('clients', CLIENTS, [
    ControlRecordTypeSchema,
    EndTxnMarker,
    KRaftVersionRecord,
    LeaderChangeMessage,
    SnapshotFooterRecord,
    SnapshotHeaderRecord,
    VotersRecord,
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
    DefaultPrincipalData,
  ]),
  ...known('metadata', 'org.apache.kafka.common.metadata', Object.values(METADATA_RECORDS)),
  ...known('group-coordinator', 'org.apache.kafka.coordinator.group.generated', pairs(GROUP_RECORDS)),
  ...known('transaction-coordinator', 'org.apache.kafka.coordinator.transaction.generated', pairs(TRANSACTION_RECORDS)),
  ...known('share-coordinator', 'org.apache.kafka.coordinator.share.generated', pairs(SHARE_RECORDS)),
  ...known('raft', 'org.apache.kafka.raft.generated', [QuorumStateData]),
  ...known('storage', 'org.apache.kafka.server.log.remote.metadata.storage.generated', [
    ProducerSnapshot,
    RemoteLogSegmentMetadataRecord,
    RemoteLogSegmentMetadataSnapshotRecord,
    RemoteLogSegmentMetadataUpdateRecord,
    RemotePartitionDeleteMetadataRecord,
  ]),
]

export function versionsOf(message: AnyMessage): number[] {
  const [first, last] = message.versions
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
