import type { Validator } from './validators.ts'

/** Kafka's `ConfigDef.Type`. */
export type ConfigType = 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password'

export type Importance = 'high' | 'medium' | 'low'

/** How a broker key may change while the broker runs: at restart, for one broker, or for the whole cluster. */
export type UpdateMode = 'read-only' | 'per-broker' | 'cluster-wide'

/** The value of a key of type password: it prints as `[hidden]`, so that no log line can betray it. */
export class Password {
  static readonly hidden = '[hidden]'
  readonly value: string

  constructor(value: string) {
    this.value = value
  }

  toString(): string {
    return Password.hidden
  }
}

/**
 * Why a key may have no effect, and what the one warning says of it. There is no other reason: what is not among these
 * works, with a test that its effect is seen.
 */
export const reasonsWithoutEffect = {
  threads: 'it counts threads of the JVM, and Ottla has one event loop',
  jvm: 'it is about how the JVM implementation keeps its memory',
  jmx: 'it is about metrics, which the JVM offers through JMX',
  plugins: 'it is for a Java class, and Ottla loads none',
  'tiered storage': 'Ottla has no tiered storage',
  'other brokers': 'it is about other brokers and controllers, and Ottla is a cluster of one node',
  security: 'it is about TLS, SASL or delegation tokens, and Ottla speaks PLAINTEXT only',
  quotas: 'Ottla has no client quotas yet',
  'share groups': 'Ottla has no share groups yet',
  'streams groups': 'Ottla has no streams groups yet',
} as const

export type ReasonWithoutEffect = keyof typeof reasonsWithoutEffect

/**
 * What Ottla does with a key that is set: it acts on it; it goes on without, and says so; or it does not start, since
 * to go on without would be unsafe, unless the value is the default.
 */
export type Effect = 'works' | { readonly warns: ReasonWithoutEffect } | 'refused'

/** One row of the table: what Kafka 4.3.1 says about a key, and what Ottla does with it. */
export interface ConfigKey<Value = unknown> {
  readonly type: ConfigType
  /** The default as text, the form it has in a file; null for none, undefined where the key must be given. */
  readonly defaultText: string | null | undefined
  readonly validator: Validator | undefined
  readonly importance: Importance
  readonly updateMode: UpdateMode
  /** Kafka hides internal keys from its documentation and from DescribeConfigs unless they are set. */
  readonly internal: boolean
  readonly effect: Effect
  /** One sentence. */
  readonly meaning: string
  /** Never set: carries the type of the parsed value. */
  readonly value?: Value
}

/** What `config.get(key)` returns. Longs saturate at ±2^53; `config.text(key)` keeps every digit. */
export type ConfigValue<Key> = Key extends ConfigKey<infer Value> ? Value : never

/** Stands in for the default of a key that must be given. */
export const required = Symbol('required')
type Default<Value> = Value | null | typeof required
type Parsed<Given, Value> = null extends Given ? Value | null : Value

/** `Long.MAX_VALUE`, what Kafka writes for "never" and "no limit". */
export const longMax = 9223372036854775807n

export function boolean<const D extends Default<boolean>>(preset: D): Row<Parsed<D, boolean>> {
  return new Row('boolean', text(preset), undefined)
}

export function int<const D extends Default<number>>(preset: D, validator?: Validator): Row<Parsed<D, number>> {
  return new Row('int', text(preset), validator)
}

export function short(preset: number, validator?: Validator): Row<number> {
  return new Row('short', text(preset), validator)
}

export function long<const D extends Default<number | bigint>>(
  preset: D,
  validator?: Validator,
): Row<Parsed<D, number>> {
  return new Row('long', text(preset), validator)
}

/** `preset` is text, since Java prints doubles its own way (`1.0`, `1.7976931348623157E308`). */
export function double(preset: string, validator?: Validator): Row<number> {
  return new Row('double', preset, validator)
}

export function string<const D extends Default<string>>(preset: D, validator?: Validator): Row<Parsed<D, string>> {
  return new Row('string', text(preset), validator)
}

export function list<const D extends Default<string>>(
  preset: D,
  validator?: Validator,
): Row<Parsed<D, readonly string[]>> {
  return new Row('list', text(preset), validator)
}

/** The name of a Java class. Ottla loads none: a name is a name. */
export function javaClass<const D extends Default<string>>(preset: D): Row<Parsed<D, string>> {
  return new Row('class', text(preset), undefined)
}

export function password(): Row<Password | null> {
  return new Row('password', null, undefined)
}

function text(preset: Default<string | number | bigint | boolean>): string | null | undefined {
  if (preset === null) return null
  return preset === required ? undefined : String(preset)
}

/** A row of the table while it is being written: `int(8, atLeast(1)).high.clusterWide.honoured('…')`. */
class Row<Value> {
  readonly #type: ConfigType
  readonly #defaultText: string | null | undefined
  readonly #validator: Validator | undefined
  #importance: Importance = 'medium'
  #updateMode: UpdateMode = 'read-only'
  #internal = false

  constructor(type: ConfigType, defaultText: string | null | undefined, validator: Validator | undefined) {
    this.#type = type
    this.#defaultText = defaultText
    this.#validator = validator
  }

  get high(): this {
    this.#importance = 'high'
    return this
  }

  get medium(): this {
    this.#importance = 'medium'
    return this
  }

  get low(): this {
    this.#importance = 'low'
    return this
  }

  get perBroker(): this {
    this.#updateMode = 'per-broker'
    return this
  }

  get clusterWide(): this {
    this.#updateMode = 'cluster-wide'
    return this
  }

  get internal(): this {
    this.#internal = true
    return this
  }

  /** Ottla acts on the key. */
  honoured(meaning: string): ConfigKey<Value> {
    return this.#finish('works', meaning)
  }

  /** Ottla checks the key and reports it, but it has no effect: one warning says why when it is set. */
  warns(reason: ReasonWithoutEffect, meaning: string): ConfigKey<Value> {
    return this.#finish({ warns: reason }, meaning)
  }

  /** A class that decides what clients may do. Ottla cannot run it, and does not start without it. */
  refused(meaning: string): ConfigKey<Value> {
    return this.#finish('refused', meaning)
  }

  #finish(effect: Effect, meaning: string): ConfigKey<Value> {
    return {
      type: this.#type,
      defaultText: this.#defaultText,
      validator: this.#validator,
      importance: this.#importance,
      updateMode: this.#updateMode,
      internal: this.#internal,
      effect,
      meaning,
    }
  }
}
