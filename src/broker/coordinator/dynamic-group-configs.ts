import { ConfigError } from '../../config/config-error.ts'
import { effectiveGroupConfigs } from '../../config/group-config.ts'
import type { GroupKeyName } from '../../config/group-synonyms.ts'
import type { KafkaConfig } from '../../config/kafka-config.ts'
import { ConfigResourceType } from '../../controller/image/configurations.ts'
import type { MetadataDelta } from '../../controller/image/metadata-delta.ts'
import type { ConsumerGroupConfigs } from '../../groups/dynamic-group-configs.ts'
import type { Logger } from '../../ports.ts'
import type { MetadataListener } from '../metadata/metadata-listener.ts'

/**
 * What groups are configured with: the configs of the metadata log, held to this broker's bounds, over the broker's own
 * (`GroupConfigManager`).
 */
export class DynamicGroupConfigs implements ConsumerGroupConfigs, MetadataListener {
  readonly name = 'DynamicGroupConfigs'
  readonly #config: KafkaConfig
  readonly #logger: Logger
  readonly #byGroup = new Map<string, ReadonlyMap<GroupKeyName, number>>()

  constructor(config: KafkaConfig, logger: Logger) {
    this.#config = config
    this.#logger = logger
  }

  onMetadataUpdate(delta: MetadataDelta): void {
    for (const { type, name } of delta.changedConfigs) {
      if (type === ConfigResourceType.GROUP) this.#update(name, delta.after.configs.of(type, name))
    }
  }

  sessionTimeoutMs(groupId: string): number {
    return this.#own(groupId, 'consumer.session.timeout.ms') ?? this.#config.get('group.consumer.session.timeout.ms')
  }

  heartbeatIntervalMs(groupId: string): number {
    const own = this.#own(groupId, 'consumer.heartbeat.interval.ms')
    return own ?? this.#config.get('group.consumer.heartbeat.interval.ms')
  }

  assignmentIntervalMs(groupId: string): number {
    const own = this.#own(groupId, 'consumer.assignment.interval.ms')
    return own ?? this.#config.get('group.consumer.assignment.interval.ms')
  }

  #own(groupId: string, key: GroupKeyName): number | undefined {
    return this.#byGroup.get(groupId)?.get(key)
  }

  #update(groupId: string, stored: ReadonlyMap<string, string>): void {
    this.#byGroup.delete(groupId)
    try {
      const { values, warnings } = effectiveGroupConfigs(this.#config.values, groupId, stored)
      if (values.size > 0) this.#byGroup.set(groupId, values)
      for (const warning of warnings) this.#logger.warn(warning)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.#logger.error(`Configs of group '${groupId}' could not be applied: ${error.message}`)
    }
  }
}
