import type { KafkaConfig } from '../config/kafka-config.ts'
import type { CreatableTopic } from '../controller/requests.ts'
import type { Logger } from '../ports.ts'
import { GROUP_METADATA_TOPIC, SHARE_GROUP_STATE_TOPIC, TRANSACTION_STATE_TOPIC } from './internal-topics.ts'
import type { ControllerClient } from './metadata/controller-client.ts'

/** Creates topics that nobody created, as they are first asked for. Kafka's `AutoTopicCreationManager`. */
export class TopicAutoCreator {
  readonly #config: KafkaConfig
  readonly #controller: ControllerClient
  readonly #logger: Logger
  readonly #underWay = new Set<string>()

  constructor(config: KafkaConfig, controller: ControllerClient, logger: Logger) {
    this.#config = config
    this.#controller = controller
    this.#logger = logger
  }

  /**
   * Begins to create the topics, in one request, but for those that are under way. Clients ask again until they are
   * there.
   */
  create(...topics: readonly string[]): void {
    const names = topics.filter(name => !this.#underWay.has(name))
    if (names.length === 0) return
    for (const name of names) this.#underWay.add(name)
    this.#logger.info(`Sent auto-creation request for ${names.join(', ')} to the active controller.`)
    const request = { topics: names.map(name => this.#creatable(name)), validateOnly: false, describable: () => false }
    this.#controller
      .createTopics(request)
      .then(results => {
        for (const result of results) {
          if (!('errorCode' in result)) continue
          const { name, errorCode, errorMessage } = result
          this.#logger.warn(`Auto topic creation failed for ${name}: ${errorCode} ${errorMessage ?? ''}`)
        }
      })
      .catch((error: unknown) => this.#logger.warn(`Auto topic creation failed for ${names.join(', ')}`, error))
      .finally(() => {
        for (const name of names) this.#underWay.delete(name)
      })
  }

  /** Internal topics are created as their coordinators need them, all others with the broker's defaults. */
  #creatable(name: string): CreatableTopic {
    const config = this.#config
    switch (name) {
      case GROUP_METADATA_TOPIC:
        return internalTopic(
          name,
          config.get('offsets.topic.num.partitions'),
          config.get('offsets.topic.replication.factor'),
          {
            'cleanup.policy': 'compact',
            'compression.type': 'producer',
            'segment.bytes': config.get('offsets.topic.segment.bytes'),
          },
        )
      case TRANSACTION_STATE_TOPIC:
        return internalTopic(
          name,
          config.get('transaction.state.log.num.partitions'),
          config.get('transaction.state.log.replication.factor'),
          {
            'unclean.leader.election.enable': false,
            'compression.type': 'uncompressed',
            'cleanup.policy': 'compact',
            'min.insync.replicas': config.get('transaction.state.log.min.isr'),
            'segment.bytes': config.get('transaction.state.log.segment.bytes'),
          },
        )
      case SHARE_GROUP_STATE_TOPIC:
        return internalTopic(
          name,
          config.get('share.coordinator.state.topic.num.partitions'),
          config.get('share.coordinator.state.topic.replication.factor'),
          {
            'cleanup.policy': 'delete',
            'compression.type': 'producer',
            'segment.bytes': config.get('share.coordinator.state.topic.segment.bytes'),
            'min.insync.replicas': config.get('share.coordinator.state.topic.min.isr'),
            'retention.ms': -1,
          },
        )
      default: {
        const numPartitions = config.isSet('num.partitions') ? config.get('num.partitions') : -1
        const isFactorSet = config.isSet('default.replication.factor')
        const replicationFactor = isFactorSet ? config.get('default.replication.factor') : -1
        return { name, numPartitions, replicationFactor, assignments: [], configs: [] }
      }
    }
  }
}

function internalTopic(
  name: string,
  numPartitions: number,
  replicationFactor: number,
  values: Readonly<Record<string, string | number | boolean>>,
): CreatableTopic {
  const configs = Object.entries(values).map(([key, value]) => ({ name: key, value: String(value) }))
  return { name, numPartitions, replicationFactor, assignments: [], configs }
}
