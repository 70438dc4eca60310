import type { Playing } from '../compat/differential/play.ts'
import type { Exchange, Step } from '../compat/differential/session.ts'
import { topic } from '../compat/differential/steps.ts'
import { apiNamed, type Json, type JsonObject } from '../support/reference-codec.ts'

/** Draws from a seed; the same seed draws the same session. */
export class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to but not including `end`. */
  below(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * end)
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }

  chance(one: number, of: number): boolean {
    return this.below(of) < one
  }
}

export const sessionKinds = ['fetch', 'admin'] as const
export type SessionKind = (typeof sessionKinds)[number]

/** A session that nobody thought of. */
export function randomSession(kind: SessionKind, seed: number): Playing {
  const draw = new Draw(seed)
  const [api, steps] = kind === 'fetch' ? ['Fetch', fetchSteps(draw)] : ['CreateTopics', adminSteps(draw)]
  const session = { name: `${kind} ${seed}`, steps }
  return { api, session, version: apiNamed(api).max, name: `${kind}-${seed}` }
}

const partitions = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 1 },
  { topic: 'b', partition: 0 },
  { topic: 'b', partition: 1 },
] as const

/** Incremental fetch sessions over two topics that are written to and cut meanwhile, under limits of all sizes. */
function fetchSteps(draw: Draw): Step[] {
  const version = 7 + draw.below(12)
  const wanted = (one: (typeof partitions)[number]): JsonObject => ({
    topic: `{name}-${one.topic}`,
    topicId: `{${one.topic}}`,
    partitions: [
      {
        partition: draw.chance(1, 12) ? 5 : one.partition,
        fetchOffset: draw.below(4) * draw.below(3),
        // Never between two batches: where Kafka cuts the second one, Ottla ends.
        partitionMaxBytes: draw.of([1, 1_000_000]),
        currentLeaderEpoch: draw.chance(1, 8) ? 1 : -1,
      },
    ],
  })
  const some = (inTen: number) => partitions.filter(() => draw.chance(inTen, 10)).map(wanted)
  const steps: Step[] = [...topic(2, {}, '{name}-a', 'a'), ...topic(2, {}, '{name}-b', 'b')]
  let epoch = 0
  for (let step = 0; step < 20; step += 1) {
    const kind = draw.below(10)
    if (kind < 3) steps.push(written(draw))
    else if (kind < 4) steps.push(cut(draw))
    else {
      const limits = {
        maxWaitMs: 0,
        minBytes: draw.below(2),
        maxBytes: draw.of([1, 1_000_000]),
        isolationLevel: draw.below(2),
      }
      const isNew = epoch === 0 || draw.chance(1, 12)
      const isWrong = !isNew && draw.chance(1, 15)
      const forgotten = { topic: '{name}-a', topicId: '{a}', partitions: [draw.below(2)] }
      steps.push({
        send: 'Fetch',
        version,
        body: {
          ...limits,
          sessionId: epoch > 0 && (!isNew || draw.chance(1, 2)) ? '{session}' : 0,
          sessionEpoch: isNew ? 0 : isWrong ? epoch + 3 : epoch,
          topics: some(isNew ? 7 : 2),
          forgottenTopicsData: !isNew && draw.chance(1, 4) ? [forgotten] : [],
        },
        ...(isNew ? { keep: { session: 'sessionId' } } : {}),
      })
      if (isNew) epoch = 1
      else if (!isWrong) epoch += 1
    }
  }
  return steps
}

function written(draw: Draw): Exchange {
  const { topic: name, partition } = draw.of(partitions)
  const records = Array.from({ length: 1 + draw.below(3) }, () => ({ value: 'v', times: 1 + draw.below(300) }))
  const data = { name: `{name}-${name}`, partitionData: [{ index: partition, records: { batches: [{ records }] } }] }
  return { send: 'Produce', version: 12, quiet: true, body: { acks: -1, timeoutMs: 5000, topicData: [data] } }
}

function cut(draw: Draw): Exchange {
  const { topic: name, partition } = draw.of(partitions)
  const topics = [{ name: `{name}-${name}`, partitions: [{ partitionIndex: partition, offset: draw.below(4) - 1 }] }]
  return { send: 'DeleteRecords', body: { timeoutMs: 5000, topics } }
}

const topicKeys = [
  ...['cleanup.policy', 'compression.type', 'compression.gzip.level', 'compression.zstd.level', 'delete.retention.ms'],
  ...[
    'file.delete.delay.ms',
    'flush.messages',
    'flush.ms',
    'follower.replication.throttled.replicas',
    'index.interval.bytes',
  ],
  ...['max.compaction.lag.ms', 'max.message.bytes', 'message.timestamp.after.max.ms', 'message.timestamp.type'],
  ...['min.cleanable.dirty.ratio', 'min.compaction.lag.ms', 'min.insync.replicas', 'preallocate', 'retention.bytes'],
  ...[
    'retention.ms',
    'segment.bytes',
    'segment.index.bytes',
    'segment.jitter.ms',
    'segment.ms',
    'unclean.leader.election.enable',
  ],
  ...['local.retention.ms', 'remote.storage.enable', 'no.such.key'],
]

const values: readonly (string | null)[] = [
  ...['0', '1', '-1', '-2', '100', '1048576', '2147483647', '2147483648', '9223372036854775807', '9223372036854775808'],
  ...[
    '0.5',
    '1.5',
    'true',
    'TRUE',
    'yes',
    '',
    ' ',
    'delete',
    'compact',
    'compact,delete',
    'delete,delete',
    'delete, compact',
  ],
  ...['gzip', 'producer', 'uncompressed', 'CreateTime', 'LogAppendTime', '1:1', '0:1,1:1', '*', 'none', '1e3', '0x10'],
  null,
]

/** Topics with names that collide, created, configured, grown and deleted with values good and bad. */
function adminSteps(draw: Draw): Step[] {
  const steps: Step[] = []
  const topics = ['{name}-a', '{name}.b', '{name}_b']
  for (let step = 0; step < 14; step += 1) {
    steps.push(...adminStep(draw, draw.of(topics), topics))
    // Kafka's brokers learn of it a moment after its controller has answered.
    steps.push({ bytes: '', patienceMs: 150 })
  }
  return steps
}

function adminStep(draw: Draw, name: string, topics: readonly string[]): Step[] {
  const validateOnly = draw.chance(1, 4)
  const change = (): JsonObject => ({
    name: draw.of(topicKeys),
    configOperation: draw.of([0, 0, 0, 1, 2, 3]),
    value: draw.of(values),
  })
  const setting = (): Json => ({ name: draw.of(topicKeys), value: draw.of(values) })
  const resource = { resourceType: 2, resourceName: name }
  switch (draw.below(6)) {
    case 0: {
      const counts = { numPartitions: draw.of([1, 2, 3, -1, 0]), replicationFactor: draw.of([1, 1, 1, -1, 2]) }
      const created = { name, ...counts, configs: draw.chance(1, 2) ? [setting()] : [] }
      return [
        {
          send: 'CreateTopics',
          version: 2 + draw.below(6),
          body: { timeoutMs: 5000, validateOnly, topics: [created] },
        },
      ]
    }
    case 1: {
      const body = { timeoutMs: 5000, topicNames: [name], topics: [{ name }] }
      return [{ send: 'DeleteTopics', version: 1 + draw.below(6), body }]
    }
    case 2: {
      const body = { timeoutMs: 5000, validateOnly, topics: [{ name, count: draw.below(5), assignments: null }] }
      return [{ send: 'CreatePartitions', version: draw.below(4), body }]
    }
    case 3: {
      // One at a time: of two faults Kafka reports the one that its hash map holds first.
      return [
        { send: 'IncrementalAlterConfigs', body: { validateOnly, resources: [{ ...resource, configs: [change()] }] } },
      ]
    }
    case 4:
      return [
        { send: 'AlterConfigs', version: draw.below(3), body: { resources: [{ ...resource, configs: [setting()] }] } },
      ]
    default: {
      const described = { includeSynonyms: true, resources: [{ ...resource, configurationKeys: null }] }
      const named = { allowAutoTopicCreation: false, topics: topics.map(one => ({ name: one })) }
      return [
        { send: 'DescribeConfigs', version: 1 + draw.below(4), body: described },
        { send: 'Metadata', version: 4 + draw.below(10), body: named },
      ]
    }
  }
}
