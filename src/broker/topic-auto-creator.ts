import type { KafkaConfig } from '../config/kafka-config.ts'
import type { CreatableTopic } from '../controller/requests.ts'
import type { Logger } from '../ports.ts'
import { GROUP_METADATA_TOPIC } from './internal-topics.ts'
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

  #creatable(name: string): CreatableTopic {
    const config = this.#config
    if (name !== GROUP_METADATA_TOPIC) {
      const numPartitions = config.isSet('num.partitions') ? config.get('num.partitions') : -1
      const isFactorSet = config.isSet('default.replication.factor')
      const replicationFactor = isFactorSet ? config.get('default.replication.factor') : -1
      return { name, numPartitions, replicationFactor, assignments: [], configs: [] }
    }
    return {
      name,
      numPartitions: config.get('offsets.topic.num.partitions'),
      replicationFactor: config.get('offsets.topic.replication.factor'),
      assignments: [],
      configs: [
        { name: 'cleanup.policy', value: 'compact' },
        { name: 'compression.type', value: 'producer' },
        { name: 'segment.bytes', value: String(config.get('offsets.topic.segment.bytes')) },
      ],
    }
  }
}
