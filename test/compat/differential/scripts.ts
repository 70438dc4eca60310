import type { Script } from './session.ts'
import { addOffsetsToTxn } from './sessions/add-offsets-to-txn.ts'
import { addPartitionsToTxn } from './sessions/add-partitions-to-txn.ts'
import { alterConfigs } from './sessions/alter-configs.ts'
import { alterReplicaLogDirs } from './sessions/alter-replica-log-dirs.ts'
import { apiVersions } from './sessions/api-versions.ts'
import { connections } from './sessions/connections.ts'
import { consumerGroupDescribe } from './sessions/consumer-group-describe.ts'
import { consumerGroupHeartbeat } from './sessions/consumer-group-heartbeat.ts'
import { consumerGroupMigration } from './sessions/consumer-group-migration.ts'
import {
  consumerGroupAdministration,
  consumerGroupCommits,
  consumerGroupFetches,
} from './sessions/consumer-group-offsets.ts'
import { createPartitions } from './sessions/create-partitions.ts'
import { createTopics } from './sessions/create-topics.ts'
import { deleteGroups } from './sessions/delete-groups.ts'
import { deleteRecords } from './sessions/delete-records.ts'
import { deleteTopics } from './sessions/delete-topics.ts'
import { describeCluster } from './sessions/describe-cluster.ts'
import { describeConfigs } from './sessions/describe-configs.ts'
import { describeGroups } from './sessions/describe-groups.ts'
import { describeLogDirs } from './sessions/describe-log-dirs.ts'
import { describeProducers } from './sessions/describe-producers.ts'
import { describeQuorum } from './sessions/describe-quorum.ts'
import { describeTopicPartitions } from './sessions/describe-topic-partitions.ts'
import { describeTransactions } from './sessions/describe-transactions.ts'
import { endTxn } from './sessions/end-txn.ts'
import { fetch } from './sessions/fetch.ts'
import { findCoordinator } from './sessions/find-coordinator.ts'
import { frames } from './sessions/frames.ts'
import { heartbeat } from './sessions/heartbeat.ts'
import { incrementalAlterConfigs } from './sessions/incremental-alter-configs.ts'
import { initProducerId } from './sessions/init-producer-id.ts'
import { internalTopics } from './sessions/internal-topics.ts'
import { joinGroup } from './sessions/join-group.ts'
import { leaveGroup } from './sessions/leave-group.ts'
import { listConfigResources } from './sessions/list-config-resources.ts'
import { listGroups } from './sessions/list-groups.ts'
import { listOffsets } from './sessions/list-offsets.ts'
import { listTransactions } from './sessions/list-transactions.ts'
import { metadata } from './sessions/metadata.ts'
import { offsetCommit } from './sessions/offset-commit.ts'
import { offsetDelete } from './sessions/offset-delete.ts'
import { offsetFetch } from './sessions/offset-fetch.ts'
import { offsetForLeaderEpoch } from './sessions/offset-for-leader-epoch.ts'
import { produce } from './sessions/produce.ts'
import { rebalances } from './sessions/rebalances.ts'
import {
  alterUserScramCredentials,
  describeClientQuotas,
  describeUserScramCredentials,
} from './sessions/scram-credentials.ts'
import { syncGroup } from './sessions/sync-group.ts'
import { transactionalProduceSessions } from './sessions/transactional-produce.ts'
import { transactionalReads } from './sessions/transactional-reads.ts'
import { txnOffsetCommit } from './sessions/txn-offset-commit.ts'
import { writeTxnMarkers } from './sessions/write-txn-markers.ts'

export const scripts: readonly Script[] = [
  addOffsetsToTxn,
  addPartitionsToTxn,
  alterConfigs,
  alterReplicaLogDirs,
  alterUserScramCredentials,
  apiVersions,
  connections,
  consumerGroupAdministration,
  consumerGroupCommits,
  consumerGroupDescribe,
  consumerGroupFetches,
  consumerGroupHeartbeat,
  ...consumerGroupMigration,
  createPartitions,
  createTopics,
  deleteGroups,
  deleteRecords,
  deleteTopics,
  describeClientQuotas,
  describeCluster,
  describeConfigs,
  describeGroups,
  describeLogDirs,
  describeProducers,
  describeQuorum,
  describeTopicPartitions,
  describeTransactions,
  describeUserScramCredentials,
  endTxn,
  fetch,
  findCoordinator,
  frames,
  heartbeat,
  incrementalAlterConfigs,
  initProducerId,
  internalTopics,
  joinGroup,
  leaveGroup,
  listConfigResources,
  listGroups,
  listOffsets,
  listTransactions,
  metadata,
  offsetCommit,
  offsetDelete,
  offsetFetch,
  offsetForLeaderEpoch,
  produce,
  rebalances,
  syncGroup,
  transactionalProduceSessions,
  transactionalReads,
  txnOffsetCommit,
  writeTxnMarkers,
]
