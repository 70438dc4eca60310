import type { ApiError } from './api-error.ts'
import type { ConfigResource } from './image/configurations.ts'

/** One line of a CreateTopics answer's `configs`, or of an effective topic configuration. */
export interface EffectiveConfig {
  readonly name: string
  readonly value: string | null
  readonly isReadOnly: boolean
  /** `DescribeConfigsResponse.ConfigSource` id. */
  readonly configSource: number
  readonly isSensitive: boolean
}

/** What the controller needs to know of configuration keys; `config` supplies it from its one table. */
export interface ConfigRules {
  /**
   * Kafka's ControllerConfigurationValidator: whether `proposed`, all of the resource's overrides after the change,
   * may stand. INVALID_CONFIG, INVALID_REQUEST, INVALID_TOPIC_EXCEPTION with Kafka's text, or undefined.
   */
  validate(
    resource: ConfigResource,
    proposed: ReadonlyMap<string, string>,
    current: ReadonlyMap<string, string>,
  ): ApiError | undefined
  /** Whether the key's type is LIST, which APPEND and SUBTRACT need. */
  isList(resourceType: number, key: string): boolean
  /** The default's text, null where the key has none or is unknown. */
  defaultOf(resourceType: number, key: string): string | null
  isSensitive(resourceType: number, key: string): boolean
  /** Whether a resource of that type has the key at all; records of other keys are passed over on replay. */
  isSupported(resourceType: number, key: string): boolean
  /** One topic key's effective value, as text, over the same layers as `effectiveTopicConfigs`. */
  effectiveTopicConfig(
    key: string,
    clusterOverrides: ReadonlyMap<string, string>,
    nodeOverrides: ReadonlyMap<string, string>,
    topicOverrides: ReadonlyMap<string, string>,
  ): string
  /** Every topic key with its effective value, sorted by name, given the three layers of dynamic overrides. */
  effectiveTopicConfigs(
    clusterOverrides: ReadonlyMap<string, string>,
    nodeOverrides: ReadonlyMap<string, string>,
    topicOverrides: ReadonlyMap<string, string>,
  ): readonly EffectiveConfig[]
}
