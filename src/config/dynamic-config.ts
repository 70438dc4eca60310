import { noValueSources, type ValueSources } from '../ports.ts'
import { checkConfig } from './check-config.ts'
import { checkReconfiguration } from './check-reconfiguration.ts'
import { checkClasses, checkPlaintext } from './check-supported.ts'
import { ConfigError } from './config-error.ts'
import {
  brokerSynonyms,
  checkDynamic,
  checkDynamicValues,
  nonDynamic,
  perBroker,
  securityWithoutListener,
} from './dynamic-keys.ts'
import type { ConfigValues, KafkaConfig, Properties } from './kafka-config.ts'
import { dynamicQuotaKeys } from './keys/dynamic-quota.ts'
import { defaultValue, parseValue } from './parse-value.ts'
import { isOfProviders, resolveVariables } from './providers/resolve-variables.ts'

export type ConfigListener = (before: ConfigValues, after: ConfigValues) => void

const none: Properties = new Map()

/**
 * The dynamic part of a broker's configuration (`DynamicBrokerConfig`): what the metadata log holds for this broker
 * and for all brokers, over what the broker was started with. It puts new values in force in the `KafkaConfig` and
 * tells whoever acts on them.
 */
export class DynamicConfig {
  readonly #config: KafkaConfig
  readonly #sources: ValueSources
  readonly #listeners: ConfigListener[] = []
  #broker: Properties = none
  #defaults: Properties = none

  constructor(config: KafkaConfig, sources: ValueSources = noValueSources) {
    this.#config = config
    this.#sources = sources
  }

  /** What is set for this broker alone. */
  get brokerConfigs(): Properties {
    return this.#broker
  }

  /** What is set for every broker. */
  get defaultConfigs(): Properties {
    return this.#defaults
  }

  /** A throttle that exists only as a dynamic config; its default where nobody has set it. */
  quota(name: keyof typeof dynamicQuotaKeys): number {
    const text = this.#broker.get(name) ?? this.#defaults.get(name)
    const key = dynamicQuotaKeys[name]
    return Number(text === undefined ? defaultValue(name, key).value : parseValue(name, key, text).value)
  }

  /** Called after new values are in force, in the order of the calls to this. */
  onChange(listener: ConfigListener): void {
    this.#listeners.push(listener)
  }

  /**
   * Whether these may be all the dynamic configs of this broker, or with `isPerBroker` false of every broker. Throws
   * `ConfigError` with the text Kafka answers.
   */
  validate(proposed: Properties, isPerBroker: boolean): void {
    const resolved = resolvedByThemselves(proposed, this.#sources)
    checkDynamic(resolved, isPerBroker)
    checkClasses(resolved)
    const originals = isPerBroker ? this.#merged(this.#defaults, resolved) : this.#merged(resolved, this.#broker)
    this.#check(this.#valuesOf(originals))
  }

  /**
   * Takes what the metadata log now holds. What a broker cannot use is left out, since it must run on with what an
   * earlier release let through; returns why, for the log.
   */
  update(level: 'broker' | 'defaults', stored: Properties): string[] {
    const { usable, faults } = this.usable(stored, level === 'broker')
    if (level === 'broker') this.#broker = usable
    else this.#defaults = usable
    const before = this.#config.values
    try {
      const originals = clampAssignmentIntervals(this.#merged(this.#defaults, this.#broker), before)
      const after = this.#valuesOf(originals)
      this.#check(after)
      this.#config.replaceValues(after)
      for (const listener of this.#listeners) listener(before, after)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(`Dynamic configs [${[...stored.keys()].join(', ')}] could not be applied: ${error.message}`)
    }
    return faults
  }

  /** `DynamicBrokerConfig.fromPersistentProps`: what of the stored configs a broker can use, and why not the rest. */
  usable(stored: Properties, isPerBroker: boolean): { usable: Properties; faults: string[] } {
    const usable = new Map(stored)
    const faults: string[] = []
    const remove = (names: readonly string[], reason: string) => {
      for (const name of names) usable.delete(name)
      if (names.length > 0) faults.push(`${reason}: [${names.join(', ')}]`)
    }
    const level = isPerBroker ? 'broker' : 'default cluster'
    remove(this.#invalid(stored), `Dynamic ${level} configs contain invalid values and will be ignored`)
    remove(nonDynamic(usable), 'Non-dynamic configs will be ignored')
    remove(securityWithoutListener(usable), 'Security configs need a listener prefix; base configs will be ignored')
    if (!isPerBroker) remove(perBroker(usable), 'Per-broker configs at default cluster level will be ignored')
    return { usable, faults }
  }

  /** Only together they may make sense: one may name the provider that another refers to. */
  #invalid(stored: Properties): string[] {
    if (isValid(stored, this.#sources)) return []
    return [...stored].filter(([name, text]) => !isValid(new Map([[name, text]]), this.#sources)).map(([name]) => name)
  }

  #check(after: ConfigValues): void {
    checkConfig(after)
    try {
      checkReconfiguration(this.#config.values, after)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      // Kafka passes the exception where the value belongs; its clients see this text.
      const wrapped = `org.apache.kafka.common.config.ConfigException: ${error.message}`
      throw new ConfigError(`Invalid value ${wrapped} for configuration Invalid dynamic configuration`)
    }
    checkPlaintext(after)
  }

  #valuesOf(originals: Properties): ConfigValues {
    return this.#config.staticValues.withOriginals(resolveVariables(originals, this.#sources).properties)
  }

  #merged(weaker: Properties, stronger: Properties): Map<string, string> {
    const merged = new Map(this.#config.staticValues.originals)
    for (const layer of [weaker, stronger]) {
      for (const [name, text] of layer) {
        // A stronger layer's log.roll.hours counts more than a weaker one's log.roll.ms.
        for (const synonym of brokerSynonyms(name, false)) merged.delete(synonym)
        merged.set(name, text)
      }
    }
    return merged
  }
}

/** `DynamicBrokerConfig.resolveVariableConfigs`: without what names the providers. Throws `ConfigError`. */
function resolvedByThemselves(configs: Properties, sources: ValueSources): Properties {
  return new Map([...resolveVariables(configs, sources).properties].filter(([name]) => !isOfProviders(name)))
}

function isValid(configs: Properties, sources: ValueSources): boolean {
  try {
    checkDynamicValues(resolvedByThemselves(configs, sources))
    return true
  } catch (error) {
    if (error instanceof ConfigError) return false
    throw error
  }
}

/** The bounds of the assignment intervals are static: a stored value is held to them (`clampDynamicConfigs`). */
function clampAssignmentIntervals(originals: Map<string, string>, bounds: ConfigValues): Map<string, string> {
  for (const kind of ['consumer', 'share', 'streams'] as const) {
    const key = `group.${kind}.assignment.interval.ms`
    const given = originals.get(key)
    if (given === undefined) continue
    const min = bounds.get(`group.${kind}.min.assignment.interval.ms`)
    const max = bounds.get(`group.${kind}.max.assignment.interval.ms`)
    originals.set(key, String(Math.min(Math.max(Number(given), min), max)))
  }
  return originals
}
