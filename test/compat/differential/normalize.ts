import type { Json, JsonObject } from '../../support/reference-codec.ts'

/** One rule about what two correct brokers may legitimately answer differently, shown in docs/COMPATIBILITY.md. */
export interface Normalization {
  readonly fields: readonly string[]
  /** Only in this API's answers. */
  readonly api?: string
  /** `identity`: the same value is the same symbol throughout a session. `moment`: any recent time. `amount`: any number. `text`: any words. */
  readonly as: 'identity' | 'moment' | 'amount' | 'text'
  readonly symbol: string
  /** The value that means there is none, compared as it is; null, the empty string and the zero uuid always are. */
  readonly none?: number
  readonly reason: string
}

export const normalizations: readonly Normalization[] = [
  { fields: ['clusterId'], as: 'identity', symbol: 'cluster', reason: 'random when the cluster is formatted' },
  { fields: ['topicId'], as: 'identity', symbol: 'topic id', reason: 'random when the topic is created' },
  { fields: ['memberId'], as: 'identity', symbol: 'member', reason: 'random, handed out by the coordinator' },
  { fields: ['leader'], api: 'JoinGroup', as: 'identity', symbol: 'member', reason: 'a member id' },
  { fields: ['producerId'], as: 'identity', symbol: 'producer', none: -1, reason: 'depends on who asked before' },
  {
    fields: ['sessionId'],
    api: 'Fetch',
    as: 'identity',
    symbol: 'fetch session',
    none: 0,
    reason: 'random, handed out by the broker',
  },
  {
    fields: ['replicaDirectoryId', 'voterDirectoryId'],
    as: 'identity',
    symbol: 'directory',
    reason: 'random when a directory is formatted',
  },
  { fields: ['logDir'], as: 'identity', symbol: 'log dir', reason: 'a path of this machine' },
  { fields: ['port'], as: 'identity', symbol: 'port', none: -1, reason: 'tests listen on free ports' },
  {
    fields: [
      'logAppendTimeMs',
      'timestamp',
      'lastTimestamp',
      'baseTimestamp',
      'maxTimestamp',
      'lastFetchTimestamp',
      'lastCaughtUpTimestamp',
    ],
    as: 'moment',
    symbol: 'now',
    reason: 'the clock; times that a client chose are compared as they are',
  },
  {
    fields: ['transactionStartTimeMs'],
    api: 'DescribeTransactions',
    as: 'moment',
    symbol: 'now',
    reason: 'the clock',
  },
  {
    fields: ['finalizedFeaturesEpoch'],
    as: 'amount',
    symbol: 'offset',
    reason: 'the offset of the metadata record that finalized the features',
  },
  {
    fields: ['documentation'],
    as: 'text',
    symbol: 'documentation',
    reason: 'Ottla describes its settings in its own words',
  },
  { fields: ['totalBytes', 'usableBytes'], as: 'amount', symbol: 'bytes', reason: 'the disk of this machine' },
  {
    fields: ['highWatermark', 'logEndOffset'],
    api: 'DescribeQuorum',
    as: 'amount',
    symbol: 'offset',
    reason: 'how many metadata records were written before',
  },
  {
    fields: ['leaderEpoch'],
    api: 'DescribeQuorum',
    as: 'amount',
    symbol: 'epoch',
    reason: 'how many elections went before',
  },
]

/** Lists whose elements carry one of these are compared in its order: Kafka's own order is that of a hash map, often. */
export const listKeys = [
  'name',
  'topicName',
  'topic',
  'transactionalId',
  'groupId',
  'group',
  'resourceName',
  'configName',
  'user',
  'mechanism',
  'partitionIndex',
  'index',
  'partition',
  'partitionId',
  'brokerId',
  'nodeId',
  'apiKey',
  'logDir',
] as const

/** Sets that Kafka lists in the order of a hash: compared in order of value, in the answers of these APIs. */
export const unorderedLists: Readonly<Record<string, readonly string[]>> = {
  ConsumerGroupHeartbeat: ['partitions'],
  DescribeTransactions: ['partitions'],
  ConsumerGroupDescribe: ['partitions', 'subscribedTopicNames'],
}

const dayMs = 86_400_000

/** Turns the values that legitimately differ into symbols, numbered in order of appearance over one session. */
export class Normalizer {
  readonly #symbols = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  normalize(api: string, body: Json): Json {
    return this.#texts(this.#value(api, '', body))
  }

  #value(api: string, field: string, value: Json): Json {
    if (Array.isArray(value)) {
      if (unorderedLists[api]?.includes(field) === true) return inOrderOfValue(value)
      const items = sorted(value, listKeys).map(item => this.#value(api, field, item))
      // What has a random id comes in the order of its hash: that of the symbols is stable.
      return sorted(items, ['memberId', 'topicId'])
    }
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(
        Object.entries(value as JsonObject).map(([name, item]) => [name, this.#value(api, name, item)]),
      )
    }
    const rule = normalizations.find(one => one.fields.includes(field) && (one.api ?? api) === api)
    return rule === undefined ? value : this.#symbol(rule, value)
  }

  #symbol(rule: Normalization, value: Json): Json {
    if (rule.as === 'text') return typeof value === 'string' && value !== '' ? `<${rule.symbol}>` : value
    if (rule.as === 'amount') return typeof value === 'number' && value >= 0 ? `<${rule.symbol}>` : value
    if (rule.as === 'moment') {
      return typeof value === 'number' && Math.abs(Date.now() - value) < dayMs ? `<${rule.symbol}>` : value
    }
    if (value === null || value === '' || value === zeroUuid || value === rule.none) return value
    const key = `${rule.symbol}:${String(value)}`
    let symbol = this.#symbols.get(key)
    if (symbol === undefined) {
      const count = (this.#counts.get(rule.symbol) ?? 0) + 1
      this.#counts.set(rule.symbol, count)
      symbol = `<${rule.symbol} ${count}>`
      this.#symbols.set(key, symbol)
    }
    return symbol
  }

  /** Error messages quote ids: those become the same symbols. */
  #texts(value: Json): Json {
    if (typeof value === 'string') {
      // Ports and paths in settings are this machine's; the bounds a timestamp must lie in move with the clock.
      let text = value
        .replace(/\b(localhost):\d+/g, '$1:<port>')
        .replace(/^\/.*\/ottla-[^,]*/, '<path>')
        .replace(/within \[-?\d+, \d+\]/, 'within [<now>]')
      for (const [key, symbol] of this.#symbols) {
        const literal = key.slice(key.indexOf(':') + 1)
        if (literal.length > 8) text = text.replaceAll(literal, symbol)
      }
      return text
    }
    if (Array.isArray(value)) return value.map(item => this.#texts(item))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value as JsonObject).map(([name, item]) => [name, this.#texts(item)]))
  }
}

const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA'

function inOrderOfValue(list: readonly Json[]): readonly Json[] {
  return [...list].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  )
}

function sorted(list: readonly Json[], keys: readonly string[]): readonly Json[] {
  const first = list[0]
  if (first === null || typeof first !== 'object' || Array.isArray(first)) return list
  const present = keys.filter(key => key in first)
  if (present.length === 0) return list
  const keyOf = (item: Json) => present.map(key => (item as JsonObject)[key] ?? '')
  return [...list].sort((left, right) => {
    const rightKey = keyOf(right)
    for (const [index, one] of keyOf(left).entries()) {
      const other = rightKey[index] ?? ''
      if (one !== other)
        return typeof one === 'number' && typeof other === 'number' ? one - other : String(one) < String(other) ? -1 : 1
    }
    return 0
  })
}
