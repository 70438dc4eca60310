import { type BrokerKeyName, brokerKeys, isBrokerKey } from './broker-keys.ts'
import type { ConfigKey, ConfigType } from './config-key.ts'
import { ConfigSource } from './config-source.ts'
import type { DynamicConfig } from './dynamic-config.ts'
import { brokerSynonyms, dynamicKey } from './dynamic-keys.ts'
import { groupValue } from './group-config.ts'
import { type GroupKeyName, groupSynonyms } from './group-synonyms.ts'
import { hashMapOrder } from './java-order.ts'
import type { KafkaConfig, Properties } from './kafka-config.ts'
import { clientMetricsKeys } from './keys/client-metrics.ts'
import { dynamicQuotaKeys } from './keys/dynamic-quota.ts'
import { groupKeys } from './keys/group.ts'
import { topicKeys } from './keys/topic.ts'
import { defaultValue, parseValue } from './parse-value.ts'
import { topicValue } from './topic-config.ts'
import { type TopicKeyName, topicSynonyms } from './topic-synonyms.ts'

export interface ConfigSynonym {
  readonly name: string
  /** Null where the key is sensitive. */
  readonly value: string | null
  readonly source: number
}

/** One key of a resource as DescribeConfigs answers it. */
export interface DescribedConfig extends ConfigSynonym {
  readonly readOnly: boolean
  readonly isSensitive: boolean
  readonly synonyms: readonly ConfigSynonym[]
  /** `DescribeConfigsResponse.ConfigType` id. */
  readonly configType: number
  readonly documentation: string | null
}

/** Which keys to describe; null or empty for all of them. */
export type WantedKeys = readonly string[] | null

/**
 * What DescribeConfigs says of each kind of resource (`ConfigHelper`), in the order in which Kafka says it: that of the
 * Java hash maps it keeps its values in.
 */
export class ConfigDescriber {
  readonly #config: KafkaConfig
  readonly #dynamic: DynamicConfig
  readonly #brokerOrder = valuesOrder(brokerKeys)
  readonly #topicOrder = valuesOrder(topicKeys)
  readonly #groupOrder = valuesOrder(groupKeys)
  #unset: { readonly layers: readonly unknown[]; readonly configs: ReadonlyMap<string, DescribedConfig> } | undefined

  constructor(config: KafkaConfig, dynamic: DynamicConfig) {
    this.#config = config
    this.#dynamic = dynamic
  }

  topic(overrides: Properties, wanted: WantedKeys): DescribedConfig[] {
    const names = [...givenInternals(topicKeys, overrides), ...this.#topicOrder].filter(isWanted(wanted))
    const unset = this.#unsetTopicKeys()
    return names.map(name => {
      if (!overrides.has(name)) return unset.get(name)!
      const value = topicValue(this.#config.values, overrides, name as TopicKeyName).text
      const own = { name, value, source: ConfigSource.TOPIC_CONFIG }
      return described(topicKeys[name as TopicKeyName], name, value, [own, ...unset.get(name)!.synonyms])
    })
  }

  /** What topics have that do not set a key, made once until a broker config changes: there may be many topics. */
  #unsetTopicKeys(): ReadonlyMap<string, DescribedConfig> {
    const layers = [this.#config.values, this.#dynamic.brokerConfigs, this.#dynamic.defaultConfigs]
    if (this.#unset?.layers.every((layer, index) => layer === layers[index])) return this.#unset.configs
    const configs = new Map<string, DescribedConfig>()
    for (const [name, key] of Object.entries(topicKeys)) {
      const value = topicValue(this.#config.values, undefined, name as TopicKeyName).text
      const synonym = topicSynonyms[name as TopicKeyName]?.[0]?.name
      configs.set(name, described(key, name, value, synonym === undefined ? [] : this.#brokerSynonyms(synonym, false)))
    }
    this.#unset = { layers, configs }
    return configs
  }

  group(overrides: Properties, wanted: WantedKeys): DescribedConfig[] {
    return this.#groupOrder.filter(isWanted(wanted)).map(name => {
      const key = groupKeys[name as GroupKeyName]
      const value = groupValue(this.#config.values, overrides, name as GroupKeyName).text
      const synonym = groupSynonyms[name as GroupKeyName]
      const fallbacks =
        synonym === undefined
          ? [{ name, value: defaultValue(name, key).text, source: ConfigSource.DEFAULT_CONFIG }]
          : this.#brokerSynonyms(synonym, false)
      const own = { name, value, source: ConfigSource.GROUP_CONFIG }
      return described(key, name, value, overrides.has(name) ? [own, ...fallbacks] : fallbacks)
    })
  }

  clientMetrics(overrides: Properties, wanted: WantedKeys): DescribedConfig[] {
    const names = valuesOrder(clientMetricsKeys) as (keyof typeof clientMetricsKeys)[]
    return names.filter(isWanted(wanted)).map(name => {
      const key = clientMetricsKeys[name]
      const given = overrides.get(name)
      const value = (given === undefined ? defaultValue(name, key) : parseValue(name, key, given)).text
      const own = { name, value, source: ConfigSource.CLIENT_METRICS_CONFIG }
      return described(key, name, value, given === undefined ? [] : [own])
    })
  }

  /** This broker: every key, and what was given beside them. */
  broker(wanted: WantedKeys): DescribedConfig[] {
    const values = this.#config.values
    const shown = new Set(this.#brokerOrder)
    const given = hashMapOrder(values.originals.keys()).filter(name => !shown.has(name))
    return [...given, ...this.#brokerOrder].filter(isWanted(wanted)).map(name => {
      const isInternal = isBrokerKey(name) && brokerKeys[name].internal
      const text = isBrokerKey(name) && !isInternal ? values.text(name) : (values.originals.get(name) ?? null)
      return this.#brokerKey(name, text, () => true)
    })
  }

  /** What is set for every broker. */
  brokerDefaults(wanted: WantedKeys): DescribedConfig[] {
    const names = hashMapOrder(this.#dynamic.defaultConfigs.keys()).filter(isWanted(wanted))
    return names.map(name =>
      this.#brokerKey(
        name,
        this.#dynamic.defaultConfigs.get(name)!,
        synonym => synonym.source === ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG,
      ),
    )
  }

  #brokerKey(name: string, text: string | null, keeps: (synonym: ConfigSynonym) => boolean): DescribedConfig {
    const key = describedKey(name)
    const isSensitive = key === undefined || key.type === 'password'
    const synonyms = this.#brokerSynonyms(name, isSensitive).filter(keeps)
    return {
      ...described(key, name, text, synonyms),
      readOnly: dynamicKey(name) === undefined,
    }
  }

  /** Every value that could be in force for a broker key, the one that is first (`ConfigHelper.configSynonyms`). */
  #brokerSynonyms(name: string, isSensitive: boolean): ConfigSynonym[] {
    const names = brokerSynonyms(name, true)
    const found: ConfigSynonym[] = []
    const add = (source: number, textOf: (name: string) => string | null | undefined) => {
      for (const synonym of names) {
        const text = textOf(synonym)
        if (typeof text === 'string') found.push({ name: synonym, value: isSensitive ? null : text, source })
      }
    }
    const fixed = this.#config.staticValues
    add(ConfigSource.DYNAMIC_BROKER_CONFIG, synonym => this.#dynamic.brokerConfigs.get(synonym))
    add(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG, synonym => this.#dynamic.defaultConfigs.get(synonym))
    add(ConfigSource.STATIC_BROKER_CONFIG, synonym => fixed.originals.get(synonym))
    add(ConfigSource.DEFAULT_CONFIG, synonym => (isBrokerKey(synonym) ? fixed.defaultText(synonym) : undefined))
    // A listener's override is no synonym of the base key, but the base key is one of it.
    const first = found.findIndex(synonym => synonym.name === name)
    return first < 0 ? [] : found.slice(first)
  }
}

function described(
  key: ConfigKey | undefined,
  name: string,
  value: string | null,
  synonyms: readonly ConfigSynonym[],
): DescribedConfig {
  const isSensitive = key === undefined || key.type === 'password'
  return {
    name,
    value: isSensitive ? null : value,
    source: synonyms[0]?.source ?? ConfigSource.DEFAULT_CONFIG,
    readOnly: false,
    isSensitive,
    synonyms,
    configType: key === undefined ? 0 : typeIds[key.type],
    documentation: key === undefined ? null : key.meaning,
  }
}

/** The row that gives a broker key its type: its own, or that of the key it overrides for one listener. */
function describedKey(name: string): ConfigKey | undefined {
  if (Object.hasOwn(dynamicQuotaKeys, name)) return dynamicQuotaKeys[name as keyof typeof dynamicQuotaKeys]
  const base = brokerSynonyms(name, true).find(isBrokerKey)
  return base === undefined ? undefined : brokerKeys[isBrokerKey(name) ? name : (base as BrokerKeyName)]
}

/** `AbstractConfig.nonInternalValues`: a hash map filled from another one, which `ConfigDef.parse` has filled. */
function valuesOrder(keys: Readonly<Record<string, ConfigKey>>): string[] {
  return hashMapOrder(hashMapOrder(Object.keys(keys)).filter(name => !keys[name]!.internal))
}

/** Internal keys are described only where they were given. */
function givenInternals(keys: Readonly<Record<string, ConfigKey>>, given: Properties): string[] {
  return hashMapOrder(given.keys()).filter(name => keys[name]?.internal === true)
}

function isWanted(wanted: WantedKeys): (name: string) => boolean {
  return wanted === null || wanted.length === 0 ? () => true : name => wanted.includes(name)
}

const typeIds: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
}
