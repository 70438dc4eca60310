import type { ApiError } from '../../controller/api-error.ts'
import type { AssignReplicasToDirsRequest, AssignReplicasToDirsResult } from '../../controller/directory-assignment.ts'
import type { ConfigResource } from '../../controller/image/configurations.ts'
import type { ProducerIdsBlock } from '../../controller/producer-ids.ts'
import type {
  ConfigChange,
  CreatePartitionsTopic,
  CreateTopicsRequest,
  CreateTopicsResult,
} from '../../controller/requests.ts'
import type { AlterScramRequest, ScramResult } from '../../controller/scram-credentials.ts'
import type { Uuid } from '../../protocol/uuid.ts'

/**
 * Requests to the active controller. Each resolves once its records are on stable storage, committed, and carried out
 * by every `MetadataListener` of this node; a validate-only request resolves at once.
 */
export interface ControllerClient {
  createTopics(request: CreateTopicsRequest): Promise<CreateTopicsResult>
  /** One outcome per id, in the order given. */
  deleteTopics(topicIds: readonly Uuid[]): Promise<readonly ApiError[]>
  /** One outcome per topic, in the order given. */
  createPartitions(topics: readonly CreatePartitionsTopic[], validateOnly: boolean): Promise<readonly ApiError[]>
  /** One outcome per resource, in the order given; a resource stands at most once. */
  incrementalAlterConfigs(changes: readonly ConfigChange[], validateOnly: boolean): Promise<readonly ApiError[]>
  /** Replaces all overrides of each resource. */
  legacyAlterConfigs(
    changes: readonly { readonly resource: ConfigResource; readonly configs: ReadonlyMap<string, string | null> }[],
    validateOnly: boolean,
  ): Promise<readonly ApiError[]>
  /** One outcome per user. */
  alterUserScramCredentials(request: AlterScramRequest): Promise<readonly ScramResult[]>
  allocateProducerIds(): Promise<ProducerIdsBlock>
  /** The same for a broker that asks over the network. */
  allocateProducerIdsFor(brokerId: number, brokerEpoch: number): Promise<ProducerIdsBlock | ApiError>
  /** In which directories replicas of a broker lie now. */
  assignReplicasToDirs(request: AssignReplicasToDirsRequest): Promise<AssignReplicasToDirsResult>
  /** Directories of this broker have failed: what Kafka's brokers tell with their heartbeats. */
  directoriesOffline(directoryIds: readonly Uuid[]): Promise<void>
  /** These, and no others, of this broker's directories take no new partitions. */
  directoriesCordoned(directoryIds: readonly Uuid[]): Promise<void>
}
