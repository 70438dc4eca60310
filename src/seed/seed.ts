/**
 * A seed as a program writes it: what `startBroker({ seed })` takes, and what a seed file holds. Part of the package's
 * types, so nothing is imported here.
 */
export interface Seed {
  /** A name alone is a topic with the broker's defaults. */
  readonly topics?: readonly (string | SeedTopic)[] | null
  readonly groups?: readonly SeedGroup[] | null
  readonly brokers?: readonly SeedBroker[] | null
}

/** Kafka's own keys, such as `{ 'retention.ms': 60000, 'cleanup.policy': ['compact', 'delete'] }`. */
export type SeedConfigs = Readonly<Record<string, SeedConfigValue | readonly SeedConfigValue[]>>

export type SeedConfigValue = string | number | boolean

export interface SeedTopic {
  readonly name: string
  /** At least so many; the broker's `num.partitions` where it is left out. */
  readonly partitions?: number
  /** Of a topic that is created; the broker's `default.replication.factor` where it is left out. */
  readonly replicationFactor?: number
  readonly configs?: SeedConfigs | null
  /** In order: by key, as Kafka's producers choose a partition, without one to each partition in turn. */
  readonly records?: readonly (SeedRecord | SeedRecordFile)[] | null
}

/**
 * Bytes of a key, a value or a header: text as it is, `null` for none, bytes in a program; everything else as JSON.
 */
export type SeedBytes = unknown

export interface SeedRecord {
  readonly key?: SeedBytes
  readonly keyBase64?: string
  /** This or `valueBase64`; `null` is a tombstone. */
  readonly value?: SeedBytes
  readonly valueBase64?: string
  readonly headers?: Readonly<Record<string, SeedBytes>> | readonly SeedHeader[] | null
  readonly partition?: number
  /** Milliseconds since 1970, ISO 8601 with a time zone, `now`, or a time ago: `-90m`. `now` where it is left out. */
  readonly timestamp?: number | string
}

export interface SeedHeader {
  readonly key: string
  readonly value?: SeedBytes
  readonly valueBase64?: string
}

/** Records out of a file. */
export interface SeedRecordFile {
  /** Relative to the seed file; to the current directory for a seed that is none. */
  readonly file: string
  /** By the name's ending where it is left out: `.ndjson`, `.jsonl` and `.csv` are known. */
  readonly format?: 'ndjson' | 'csv'
  /** Whether a line is a record (its fields are those of `SeedRecord`; the default) or a record's value. */
  readonly as?: 'records' | 'values'
  /** With `as: 'values'` the field or column whose content is also the key. */
  readonly key?: string
}

export interface SeedGroup {
  readonly id: string
  readonly configs?: SeedConfigs | null
  readonly offsets?: readonly SeedOffset[] | null
}

export interface SeedOffset {
  readonly topic: string
  /** Every partition where it is left out. */
  readonly partition?: number
  readonly offset: number | 'earliest' | 'latest'
  readonly metadata?: string
}

export interface SeedBroker {
  /** Every broker where it is left out. */
  readonly id?: number
  readonly configs: SeedConfigs | null
}
