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
    const resolved = resolveTopicConfig(broker, overrides)
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

function resolveTopicConfig(broker: ConfigValues, overrides: TopicOverrides | undefined): TopicConfig {
  const value = <T>(name: TopicKeyName) => topicValue(broker, overrides, name).value as T
  const policy = value<readonly string[]>('cleanup.policy')
  return {
    isCompacted: policy.includes('compact'),
    isDeleted: policy.includes('delete'),
    compressionType: value('compression.type'),
    compressionGzipLevel: value('compression.gzip.level'),
    compressionLz4Level: value('compression.lz4.level'),
    compressionZstdLevel: value('compression.zstd.level'),
    deleteRetentionMs: value('delete.retention.ms'),
    fileDeleteDelayMs: value('file.delete.delay.ms'),
    flushMessages: value('flush.messages'),
    flushMs: value('flush.ms'),
    indexIntervalBytes: value('index.interval.bytes'),
    maxCompactionLagMs: value('max.compaction.lag.ms'),
    maxMessageBytes: value('max.message.bytes'),
    messageTimestampAfterMaxMs: value('message.timestamp.after.max.ms'),
    messageTimestampBeforeMaxMs: value('message.timestamp.before.max.ms'),
    messageTimestampType: value('message.timestamp.type'),
    minCleanableDirtyRatio: value('min.cleanable.dirty.ratio'),
    minCompactionLagMs: value('min.compaction.lag.ms'),
    minInsyncReplicas: value('min.insync.replicas'),
    preallocate: value('preallocate'),
    retentionBytes: value('retention.bytes'),
    retentionMs: value('retention.ms'),
    segmentBytes: value<number | null>('internal.segment.bytes') ?? value<number>('segment.bytes'),
    segmentIndexBytes: value('segment.index.bytes'),
    segmentJitterMs: value('segment.jitter.ms'),
    segmentMs: value('segment.ms'),
    uncleanLeaderElectionEnable: value('unclean.leader.election.enable'),
  }
}
