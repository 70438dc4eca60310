import { ErrorCode } from '../protocol/errors.ts'
import { brokerKeys } from './broker-keys.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigKey } from './config-key.ts'
import { ConfigResourceType } from './config-resource.ts'
import { ConfigSource } from './config-source.ts'
import type { KafkaConfig, Properties } from './kafka-config.ts'
import { clientMetricsKeys } from './keys/client-metrics.ts'
import { groupKeys } from './keys/group.ts'
import { topicKeys } from './keys/topic.ts'
import { defaultValue } from './parse-value.ts'
import { type TopicKeyName, topicSynonyms } from './topic-synonyms.ts'
import {
  InvalidConfigRequest,
  validateClientMetricsConfigs,
  validateGroupConfigs,
  validateTopicConfigs,
} from './validate-change.ts'

export interface ConfigOutcome {
  readonly errorCode: number
  readonly errorMessage: string | null
}

export interface EffectiveTopicConfig {
  readonly name: string
  readonly value: string | null
  readonly isReadOnly: boolean
  readonly configSource: number
  readonly isSensitive: boolean
}

/**
 * What the controller asks of the table of keys before it writes a ConfigRecord (`ControllerConfigurationValidator`,
 * `KafkaConfigSchema`). Pure: a change is judged by the overrides before and after it, and this node's own values.
 */
export class ConfigRules {
  readonly #config: KafkaConfig
  readonly #topicNameFault: (name: string) => string | undefined

  /** `topicNameFault` says in Kafka's words why a name cannot be a topic's. */
  constructor(config: KafkaConfig, topicNameFault: (name: string) => string | undefined) {
    this.#config = config
    this.#topicNameFault = topicNameFault
  }

  /** Undefined where `proposed` may be all the overrides of the resource. */
  validate(
    resource: { readonly type: number; readonly name: string },
    proposed: Properties,
    current: Properties,
  ): ConfigOutcome | undefined {
    const fault = resource.type === ConfigResourceType.TOPIC ? this.#topicFault(resource.name) : undefined
    if (fault !== undefined) return fault
    try {
      this.#check(resource, proposed, current)
      return undefined
    } catch (error) {
      if (error instanceof ConfigError) return { errorCode: ErrorCode.INVALID_CONFIG, errorMessage: error.message }
      if (error instanceof InvalidConfigRequest) return invalidRequest(error.message)
      throw error
    }
  }

  /** Whether APPEND and SUBTRACT may be applied to the key. Kafka's controller knows broker and topic keys only. */
  isList(resourceType: number, key: string): boolean {
    return this.#schemaKey(resourceType, key)?.type === 'list'
  }

  defaultOf(resourceType: number, key: string): string | null {
    const row = this.#schemaKey(resourceType, key)
    return row === undefined ? null : defaultValue(key, row).text
  }

  /** A key nobody knows is taken for sensitive. */
  isSensitive(resourceType: number, key: string): boolean {
    const row = this.#schemaKey(resourceType, key)
    return row === undefined || row.type === 'password'
  }

  /** Whether a ConfigRecord of this key counts on replay (`DefaultSupportedConfigChecker`). */
  isSupported(resourceType: number, key: string): boolean {
    switch (resourceType) {
      case ConfigResourceType.BROKER:
        return true
      case ConfigResourceType.TOPIC:
        return Object.hasOwn(topicKeys, key)
      case ConfigResourceType.GROUP:
        return Object.hasOwn(groupKeys, key)
      case ConfigResourceType.CLIENT_METRICS:
        return Object.hasOwn(clientMetricsKeys, key)
      default:
        return false
    }
  }

  /** The value of one topic key, as text, for a topic with these overrides. */
  effectiveTopicConfig(
    key: string,
    clusterOverrides: Properties,
    nodeOverrides: Properties,
    topicOverrides: Properties,
  ): string {
    return this.#effective(key as TopicKeyName, clusterOverrides, nodeOverrides, topicOverrides).value ?? ''
  }

  /** What a topic with these overrides is configured with, sorted by key, as CreateTopics reports it. */
  effectiveTopicConfigs(
    clusterOverrides: Properties,
    nodeOverrides: Properties,
    topicOverrides: Properties,
  ): readonly EffectiveTopicConfig[] {
    return (Object.keys(topicKeys) as TopicKeyName[])
      .filter(name => !topicKeys[name].internal || topicOverrides.has(name))
      .sort()
      .map(name => {
        const { value, configSource } = this.#effective(name, clusterOverrides, nodeOverrides, topicOverrides)
        return { name, value, isReadOnly: false, configSource, isSensitive: false }
      })
  }

  /** Values are shown as they were set; a synonym in minutes or hours is converted. */
  #effective(
    name: TopicKeyName,
    clusterOverrides: Properties,
    nodeOverrides: Properties,
    topicOverrides: Properties,
  ): { value: string | null; configSource: number } {
    const own = topicOverrides.get(name)
    if (own !== undefined) return { value: own, configSource: ConfigSource.TOPIC_CONFIG }
    const layers = [
      [nodeOverrides, ConfigSource.DYNAMIC_BROKER_CONFIG],
      [clusterOverrides, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG],
      [this.#config.staticValues.originals, ConfigSource.STATIC_BROKER_CONFIG],
    ] as const
    for (const [layer, configSource] of layers) {
      for (const synonym of topicSynonyms[name] ?? []) {
        const text = layer.get(synonym.name)
        if (text === undefined) continue
        return {
          value: synonym.unitMs === undefined ? text : String(BigInt(text.trim()) * synonym.unitMs),
          configSource,
        }
      }
    }
    return { value: defaultValue(name, topicKeys[name]).text, configSource: ConfigSource.DEFAULT_CONFIG }
  }

  #check(resource: { readonly type: number; readonly name: string }, proposed: Properties, current: Properties): void {
    switch (resource.type) {
      case ConfigResourceType.TOPIC:
        validateTopicConfigs(this.#config.values, proposed, current)
        break
      case ConfigResourceType.BROKER:
        checkBrokerName(resource.name)
        break
      case ConfigResourceType.CLIENT_METRICS:
        if (resource.name === '') throw new InvalidConfigRequest("Subscription name can't be empty")
        validateClientMetricsConfigs(proposed)
        break
      case ConfigResourceType.GROUP:
        if (resource.name === '') throw new InvalidConfigRequest('Default group resources are not allowed.')
        validateGroupConfigs(this.#config.values, proposed)
        break
      default:
        throw new InvalidConfigRequest(`Unknown resource type ${resource.type}`)
    }
  }

  #topicFault(name: string): ConfigOutcome | undefined {
    if (name === '') return invalidRequest('Default topic resources are not allowed.')
    const fault = this.#topicNameFault(name)
    return fault === undefined ? undefined : { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, errorMessage: fault }
  }

  #schemaKey(resourceType: number, key: string): ConfigKey | undefined {
    const keys: Record<string, ConfigKey> =
      resourceType === ConfigResourceType.BROKER
        ? brokerKeys
        : resourceType === ConfigResourceType.TOPIC
          ? topicKeys
          : {}
    return Object.hasOwn(keys, key) ? keys[key] : undefined
  }
}

function checkBrokerName(name: string): void {
  if (name === '') return
  if (!/^[-+]?[0-9]+$/.test(name) || Math.abs(Number(name)) > 2 ** 31 - 1) {
    throw new InvalidConfigRequest('Unable to parse broker name as a base 10 number.')
  }
  if (Number(name) < 0) throw new InvalidConfigRequest('Invalid negative broker ID.')
}

function invalidRequest(errorMessage: string): ConfigOutcome {
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
}
