import type { ConfigValues } from './kafka-config.ts'
import { topicKeys } from './keys/topic.ts'
import { defaultValue, type ParsedValue, parseValue } from './parse-value.ts'
import { type TopicKeyName, topicSynonyms } from './topic-synonyms.ts'

/** Overrides of one topic as the metadata image holds them: text by key. Immutable. */
export type TopicOverrides = ReadonlyMap<string, string>

/**
 * What one topic is configured with, resolved: its own overrides over the broker's values (`LogConfig`). Immutable;
 * two topics without overrides share one. Times in milliseconds, sizes in bytes; values that Kafka keeps as longs
 * saturate at 2^53, so "never" stays larger than anything it is compared with.
 */
export interface TopicConfig {
  /** `cleanup.policy` holds `compact`. */
  readonly isCompacted: boolean
  /** `cleanup.policy` holds `delete`. */
  readonly isDeleted: boolean
  /** `producer` keeps what the batch came with. */
  readonly compressionType: 'producer' | 'uncompressed' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly compressionGzipLevel: number
  readonly compressionLz4Level: number
  readonly compressionZstdLevel: number
  readonly deleteRetentionMs: number
  readonly fileDeleteDelayMs: number
  readonly flushMessages: number
  readonly flushMs: number
  readonly indexIntervalBytes: number
  readonly maxCompactionLagMs: number
  readonly maxMessageBytes: number
  readonly messageTimestampAfterMaxMs: number
  readonly messageTimestampBeforeMaxMs: number
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime'
  readonly minCleanableDirtyRatio: number
  readonly minCompactionLagMs: number
  readonly minInsyncReplicas: number
  readonly preallocate: boolean
  /** -1 for no limit. */
  readonly retentionBytes: number
  /** -1 for no limit. */
  readonly retentionMs: number
  /** `internal.segment.bytes` where set, else `segment.bytes`. */
  readonly segmentBytes: number
  readonly segmentIndexBytes: number
  readonly segmentJitterMs: number
  readonly segmentMs: number
  readonly uncleanLeaderElectionEnable: boolean
}

/** Resolves topics' configs, and remembers each as long as its overrides live: an image shares those it keeps. */
export class TopicConfigs {
  readonly #broker: () => ConfigValues
  #defaults: TopicConfig | undefined
  #defaultsOf: ConfigValues | undefined
  #byOverrides = new WeakMap<TopicOverrides, TopicConfig>()

  /** `broker` answers with the values in force now. */
  constructor(broker: () => ConfigValues) {
    this.#broker = broker
  }

  /** The config of a topic whose overrides are these; of one without overrides where undefined. */
  of(overrides: TopicOverrides | undefined): TopicConfig {
    const broker = this.#broker()
    if (this.#defaults === undefined || this.#defaultsOf !== broker) {
      this.#defaults = resolveTopicConfig(broker, undefined)
      this.#defaultsOf = broker
      this.#byOverrides = new WeakMap()
    }
    if (overrides === undefined || overrides.size === 0) return this.#defaults
    const known = this.#byOverrides.get(overrides)
    if (known !== undefined) return known
    const resolved = resolveTopicConfig(broker, overrides, this.#defaults)
    this.#byOverrides.set(overrides, resolved)
    return resolved
  }
}

/** The value of one topic key: the override, else the broker's value by its synonyms, else the topic key's default. */
export function topicValue(
  broker: ConfigValues,
  overrides: TopicOverrides | undefined,
  name: TopicKeyName,
): ParsedValue {
  const given = overrides?.get(name)
  if (given !== undefined) return parseValue(name, topicKeys[name], given)
  const synonyms = topicSynonyms[name]
  if (synonyms === undefined) return defaultValue(name, topicKeys[name])
  for (const synonym of synonyms) {
    const text = broker.text(synonym.name)
    if (text === null) continue
    if (synonym.unitMs === undefined && name !== 'retention.ms') return parseValue(name, topicKeys[name], text)
    const exact = BigInt(text) * (synonym.unitMs ?? 1n)
    // A broker's retention may be any negative number for "forever", a topic's -1 alone (KafkaConfig.logRetentionTimeMillis).
    const value = name === 'retention.ms' && exact < 0n ? -1n : exact
    return parseValue(name, topicKeys[name], String(value))
  }
  return defaultValue(name, topicKeys[name])
}

/** The field each key becomes; `cleanup.policy` and the two keys of the segment size become theirs by hand. */
const fields = {
  'compression.type': 'compressionType',
  'compression.gzip.level': 'compressionGzipLevel',
  'compression.lz4.level': 'compressionLz4Level',
  'compression.zstd.level': 'compressionZstdLevel',
  'delete.retention.ms': 'deleteRetentionMs',
  'file.delete.delay.ms': 'fileDeleteDelayMs',
  'flush.messages': 'flushMessages',
  'flush.ms': 'flushMs',
  'index.interval.bytes': 'indexIntervalBytes',
  'max.compaction.lag.ms': 'maxCompactionLagMs',
  'max.message.bytes': 'maxMessageBytes',
  'message.timestamp.after.max.ms': 'messageTimestampAfterMaxMs',
  'message.timestamp.before.max.ms': 'messageTimestampBeforeMaxMs',
  'message.timestamp.type': 'messageTimestampType',
  'min.cleanable.dirty.ratio': 'minCleanableDirtyRatio',
  'min.compaction.lag.ms': 'minCompactionLagMs',
  'min.insync.replicas': 'minInsyncReplicas',
  preallocate: 'preallocate',
  'retention.bytes': 'retentionBytes',
  'retention.ms': 'retentionMs',
  'segment.index.bytes': 'segmentIndexBytes',
  'segment.jitter.ms': 'segmentJitterMs',
  'segment.ms': 'segmentMs',
  'unclean.leader.election.enable': 'uncleanLeaderElectionEnable',
} as const satisfies { readonly [Name in TopicKeyName]?: keyof TopicConfig }

const fieldEntries = Object.entries(fields) as [keyof typeof fields, (typeof fields)[keyof typeof fields]][]

/** With `base`, what a topic without overrides has, only what is overridden is looked at. */
function resolveTopicConfig(
  broker: ConfigValues,
  overrides: TopicOverrides | undefined,
  base?: TopicConfig,
): TopicConfig {
  const isKept = (name: TopicKeyName) => base !== undefined && overrides?.has(name) !== true
  const value = (name: TopicKeyName) => topicValue(broker, overrides, name).value
  const config: Record<string, unknown> = { ...base }
  for (const [name, field] of fieldEntries) if (!isKept(name)) config[field] = value(name)
  if (!isKept('cleanup.policy')) {
    const policy = value('cleanup.policy') as readonly string[]
    config['isCompacted'] = policy.includes('compact')
    config['isDeleted'] = policy.includes('delete')
  }
  if (!isKept('segment.bytes') || !isKept('internal.segment.bytes')) {
    config['segmentBytes'] = value('internal.segment.bytes') ?? value('segment.bytes')
  }
  return config as unknown as TopicConfig
}
