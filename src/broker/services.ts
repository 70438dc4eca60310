import type { ConfigDescriber } from '../config/describe-configs.ts'
import type { DynamicConfig } from '../config/dynamic-config.ts'
import type { KafkaConfig } from '../config/kafka-config.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { MemoryBudget } from '../memory/memory-budget.ts'
import type { Clock, Disk, LoggerLevels, Loggers, Offload, Random } from '../ports.ts'
import type { Deadlines } from '../timers/deadlines.ts'
import type { GroupCoordinator } from './coordinator/group-coordinator.ts'
import type { TransactionCoordinator } from './coordinator/transaction-coordinator.ts'
import type { ClientEndpoints } from './endpoints/client-endpoints.ts'
import type { FetchMemory } from './fetch/fetch-memory.ts'
import type { FetchSessionCache } from './fetch/fetch-session-cache.ts'
import type { LogDirs } from './log-dirs/log-dirs.ts'
import type { ControllerClient } from './metadata/controller-client.ts'
import type { MetadataCache } from './metadata/metadata-cache.ts'
import type { MetadataQuorum } from './metadata/quorum-info.ts'
import type { ProducerIdAllocator } from './producer-id-allocator.ts'
import type { ReplicaManager } from './replica-manager.ts'
import type { TopicAutoCreator } from './topic-auto-creator.ts'
import type { MarkerWriter } from './transactions/marker-writer.ts'
import type { PartitionVerification } from './transactions/partition-verification.ts'

/**
 * What handlers reach the rest of the broker through; made once by `server.ts`. A room that serves handlers adds
 * its field here, typed by its own published interface.
 */
export interface BrokerServices {
  readonly nodeId: number
  /** 22 characters of base64url. */
  readonly clusterId: string
  readonly config: KafkaConfig
  readonly dynamicConfig: DynamicConfig
  readonly configDescriber: ConfigDescriber
  readonly metadata: MetadataCache
  readonly controller: ControllerClient
  readonly metadataQuorum: MetadataQuorum
  readonly replicas: ReplicaManager
  readonly logs: LogManager
  readonly logDirs: LogDirs
  readonly clientEndpoints: ClientEndpoints
  readonly fetchMemory: FetchMemory
  readonly fetchSessions: FetchSessionCache
  readonly producerIds: ProducerIdAllocator
  readonly groupCoordinator: GroupCoordinator
  readonly transactionCoordinator: TransactionCoordinator
  readonly markerWriter: MarkerWriter
  readonly partitionVerification: PartitionVerification
  readonly topicAutoCreator: TopicAutoCreator
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly disk: Disk
  readonly loggers: Loggers
  readonly loggerLevels: LoggerLevels
  readonly memoryBudget: MemoryBudget
  readonly offload: Offload
  readonly random: Random
  /** A bug was found: the broker ends and its `closed` promise rejects with `error`. */
  fail(error: unknown): void
}
