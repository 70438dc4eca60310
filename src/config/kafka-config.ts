import { type BrokerConfigValue, type BrokerKeyName, brokerKeys, isBrokerKey } from './broker-keys.ts'
import { ConfigError } from './config-error.ts'
import { type ListenerConfig, resolveListeners } from './listeners.ts'
import { logDirsOf, metadataLogDirOf } from './log-dirs.ts'
import { isOwnQuorum } from './own-defaults.ts'
import { defaultValue, type ParsedValue, parseValue } from './parse-value.ts'

/** Keys and their text as they were given: a file, the environment and overrides, already merged. */
export type Properties = ReadonlyMap<string, string>

/**
 * The configuration of one broker, by Kafka's own keys. `get` always answers with the value in force now: what
 * `server.properties` said, unless a dynamic config has replaced it since. So hold the `KafkaConfig`, not the value,
 * of a key that may change while the broker runs.
 */
export class KafkaConfig {
  /** What the node was started with: without any dynamic config. */
  readonly staticValues: ConfigValues
  #values: ConfigValues

  constructor(values: ConfigValues) {
    this.staticValues = values
    this.#values = values
  }

  /** The value of a key, parsed. Longs saturate at ±2^53. */
  get<Name extends BrokerKeyName>(name: Name): BrokerConfigValue<Name> {
    return this.#values.get(name)
  }

  /** The value of a key as Kafka prints it, exact to the last digit; null where it has none. */
  text(name: BrokerKeyName): string | null {
    return this.#values.text(name)
  }

  /** Whether the key was given, rather than left to its default. */
  isSet(name: BrokerKeyName): boolean {
    return this.#values.isSet(name)
  }

  /** `listeners`, `advertised.listeners` and what they mean together. */
  get listeners(): ListenerConfig {
    return this.#values.listeners
  }

  /** `log.dirs`, else `log.dir`. */
  get logDirs(): readonly string[] {
    return logDirsOf(this.#values)
  }

  /** `cordoned.log.dirs`, of which `*` stands for all: they take no new partitions. */
  get cordonedLogDirs(): readonly string[] {
    const cordoned = this.#values.get('cordoned.log.dirs') ?? []
    return cordoned.includes('*') ? this.logDirs : cordoned
  }

  /** `metadata.log.dir`, else the first of the log directories. */
  get metadataLogDir(): string {
    return metadataLogDirOf(this.#values)
  }

  /** Whether this node is the only voter of its controller quorum. */
  get isOwnQuorum(): boolean {
    return isOwnQuorum(this.staticValues.originals)
  }

  /** An immutable view of what is in force now. */
  get values(): ConfigValues {
    return this.#values
  }

  /** For the dynamic configuration alone: puts other values in force. */
  replaceValues(values: ConfigValues): void {
    this.#values = values
  }
}

/** One immutable set of values: what was given, over a layer of defaults. */
export class ConfigValues {
  /** What was given, as given. Also holds keys that Kafka does not know. */
  readonly originals: Properties
  /** Defaults that differ from Kafka's. */
  readonly #presets: ReadonlyMap<string, string | null>
  readonly #parsed = new Map<string, ParsedValue>()
  #listeners: ListenerConfig | undefined

  /** Throws `ConfigError` on the first value that its key does not allow. */
  constructor(originals: Properties, presets: ReadonlyMap<string, string | null> = new Map()) {
    this.originals = originals
    this.#presets = presets
    for (const [name, given] of originals) {
      if (isBrokerKey(name)) this.#parsed.set(name, parseValue(name, brokerKeys[name], given))
    }
    for (const name of ['process.roles', 'node.id', 'controller.listener.names'] as const) {
      if (!originals.has(name) && !presets.has(name)) {
        throw new ConfigError(`Missing required configuration "${name}" which has no default value.`)
      }
    }
  }

  /** The same defaults under other given values. */
  withOriginals(originals: Properties): ConfigValues {
    return new ConfigValues(originals, this.#presets)
  }

  get<Name extends BrokerKeyName>(name: Name): BrokerConfigValue<Name> {
    return this.#parse(name).value as BrokerConfigValue<Name>
  }

  text(name: BrokerKeyName): string | null {
    return this.#parse(name).text
  }

  isSet(name: BrokerKeyName): boolean {
    return this.originals.has(name)
  }

  /** Throws `ConfigError` where the keys that concern listeners do not fit together. */
  get listeners(): ListenerConfig {
    this.#listeners ??= resolveListeners(this)
    return this.#listeners
  }

  /** The text of the default: Ottla's where it has its own, else Kafka's. */
  defaultText(name: BrokerKeyName): string | null {
    const preset = this.#presets.get(name)
    return preset === undefined ? defaultValue(name, brokerKeys[name]).text : preset
  }

  #parse(name: BrokerKeyName): ParsedValue {
    const known = this.#parsed.get(name)
    if (known !== undefined) return known
    const preset = this.#presets.get(name)
    const key = brokerKeys[name]
    const parsed =
      preset === undefined
        ? defaultValue(name, key)
        : preset === null
          ? { value: null, text: null }
          : parseValue(name, key, preset)
    this.#parsed.set(name, parsed)
    return parsed
  }
}
