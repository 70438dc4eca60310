import { randomUUID } from 'node:crypto'
import { ConsumerGroupHeartbeat } from '../../src/protocol/apis/consumer-group-heartbeat.ts'
import { Heartbeat } from '../../src/protocol/apis/heartbeat.ts'
import { OffsetCommit } from '../../src/protocol/apis/offset-commit.ts'
import { decodeResponseFrame } from '../../src/protocol/frame.ts'
import type { Scenario } from '../scenario.ts'
import { createTopic, deleteTopic } from '../support/admin.ts'
import type { Broker } from '../support/broker.ts'
import { frameOf } from '../support/client.ts'
import { RawConnection } from '../support/connection.ts'
import { ConsumerMember, coordinatorReady, joinClassicGroup, seldom } from '../support/group-members.ts'
import type { Measurement } from '../support/measurement.ts'
import { runPipeline } from '../support/pipeline.ts'
import { cpuSeconds } from '../support/process.ts'
import { quantile } from '../support/statistics.ts'

const HEARTBEAT_SECONDS = 2
const CONNECTIONS = 8
/** Longer than the time between heartbeats. */
const CONSUMER_SETTLE_MS = 6_000
const COMMITS_PER_SECOND = 5000
const COMMIT_SECONDS = 4

const heartbeatTarget = { figure: 'CPU ms/1000', atMost: 1 }

export const groupScenarios: readonly Scenario[] = [
  {
    name: 'groups/stable/classic/50-on-100',
    brokers: 'shared',
    targets: [{ figure: 'ms', atMost: 1 }],
    roundsMax: 3,
    round: broker => stableClassic(broker, 50),
  },
  {
    name: 'groups/stable/consumer/50-on-100',
    brokers: 'shared',
    targets: [{ figure: 'ms', atMost: 1 }],
    roundsMax: 3,
    round: broker => stableConsumer(broker, 50, 100),
  },
  ...(['classic', 'consumer'] as const).flatMap((protocol): Scenario[] =>
    (
      [
        [1000, 1],
        [1, 1000],
      ] as const
    ).map(([groups, members]) => ({
      name: `groups/heartbeats/${protocol}/${groups}x${members}`,
      brokers: 'shared',
      targets: [heartbeatTarget],
      roundsMax: 3,
      round: broker => heartbeats(broker, protocol, groups, members),
    })),
  ),
  {
    name: `groups/commits/${COMMITS_PER_SECOND}-per-second`,
    brokers: 'shared',
    targets: [{ figure: 'p99 ms', atMost: 1 }],
    round: broker => commits(broker),
  },
]

const freshName = (kind: string) => `bench-${kind}-${randomUUID()}`

async function stableClassic(broker: Broker, members: number): Promise<Measurement> {
  const groupId = freshName('classic')
  await coordinatorReady(broker.port, groupId)
  const started = performance.now()
  await joinClassicGroup(broker.port, groupId, members)
  return { ms: performance.now() - started }
}

async function stableConsumer(broker: Broker, members: number, partitions: number): Promise<Measurement> {
  const topic = freshName('consumer')
  await coordinatorReady(broker.port, topic)
  await createTopic(broker.port, topic, partitions)
  try {
    const started = performance.now()
    await joinConsumerGroup(broker, topic, topic, members, partitions)
    return { ms: performance.now() - started }
  } finally {
    await deleteTopic(broker.port, topic)
  }
}

/** Until every partition is owned, and everyone's share is the same. */
async function joinConsumerGroup(
  broker: Broker,
  groupId: string,
  topic: string,
  count: number,
  partitions: number,
): Promise<ConsumerMember[]> {
  const members = Array.from({ length: count }, () => new ConsumerMember(groupId, topic))
  const share = Math.floor(partitions / count)
  const isStable = seldom(
    () =>
      members.every(member => member.epoch > 0 && member.partitions >= share && member.partitions <= share + 1) &&
      members.reduce((sum, member) => sum + member.partitions, 0) === partitions,
  )
  await Promise.all(members.map(member => member.run(broker.port, isStable)))
  return members
}

/** What a heartbeat costs that changes nothing. */
async function heartbeats(
  broker: Broker,
  protocol: 'classic' | 'consumer',
  groups: number,
  members: number,
): Promise<Measurement> {
  const name = freshName('heartbeats')
  await coordinatorReady(broker.port, name)
  if (protocol === 'consumer') await createTopic(broker.port, name, 1)
  try {
    const frames = await (protocol === 'classic'
      ? classicHeartbeats(broker, name, groups, members)
      : consumerHeartbeats(broker, name, groups, members))
    const api = protocol === 'classic' ? Heartbeat : ConsumerGroupHeartbeat
    const version = protocol === 'classic' ? 4 : 1
    let turn = 0
    const run = (secondsMax: number) =>
      runPipeline({
        ...{ port: broker.port, connections: CONNECTIONS, depth: 5, secondsMax },
        requestsMax: Number.POSITIVE_INFINITY,
        nextFrame: () => frames[turn++ % frames.length]!,
        check: head => {
          const { errorCode } = api.response.decode(decodeResponseFrame(api, version, head).body, version)
          if (errorCode !== 0) throw new Error(`a heartbeat was answered with error ${errorCode}`)
        },
      })
    await run(0.5)
    const cpuBefore = cpuSeconds(broker.pid)
    const { requests, seconds, latenciesMs } = await run(HEARTBEAT_SECONDS)
    const cpu = cpuSeconds(broker.pid) - cpuBefore
    return {
      'CPU ms/1000': (cpu / requests) * 1e6,
      'req/s': requests / seconds,
      'p99 ms': quantile(latenciesMs, 0.99),
    }
  } finally {
    if (protocol === 'consumer') await deleteTopic(broker.port, name)
  }
}

async function classicHeartbeats(broker: Broker, name: string, groups: number, members: number): Promise<Uint8Array[]> {
  const joined = await Promise.all(
    Array.from({ length: groups }, (_, index) => joinClassicGroup(broker.port, `${name}-${index}`, members)),
  )
  return joined
    .flat()
    .map(({ groupId, memberId, generationId }) => frameOf(Heartbeat, 4, { groupId, memberId, generationId }))
}

async function consumerHeartbeats(
  broker: Broker,
  name: string,
  groups: number,
  members: number,
): Promise<Uint8Array[]> {
  const joined = await Promise.all(
    Array.from({ length: groups }, async (_, index) => {
      const group = Array.from({ length: members }, () => new ConsumerMember(`${name}-${index}`, name))
      let [settledEpoch, settledMs] = [0, Number.POSITIVE_INFINITY]
      // The group may be an epoch ahead of all its members until each has sent its next heartbeat.
      const isSettled = seldom(() => {
        const { epoch } = group[0]!
        if (epoch !== settledEpoch || group.some(member => member.epoch !== epoch)) settledMs = performance.now()
        settledEpoch = epoch
        return epoch > 0 && performance.now() - settledMs > CONSUMER_SETTLE_MS
      })
      await Promise.all(group.map(member => member.run(broker.port, isSettled)))
      return group
    }),
  )
  return joined
    .flat()
    .map(({ groupId, memberId, epoch }) =>
      frameOf(ConsumerGroupHeartbeat, 1, { groupId, memberId, memberEpoch: epoch }),
    )
}

/** So many commits a second, spread evenly over time, connections and groups. */
async function commits(broker: Broker): Promise<Measurement> {
  const topic = freshName('commits')
  await coordinatorReady(broker.port, topic)
  await createTopic(broker.port, topic, 10)
  const frames = Array.from({ length: 100 }, (_, group) =>
    frameOf(OffsetCommit, 8, {
      ...{ groupId: `${topic}-${group}`, generationIdOrMemberEpoch: -1, memberId: '' },
      topics: [
        { name: topic, partitions: [{ partitionIndex: group % 10, committedOffset: 42n, committedMetadata: '' }] },
      ],
    }),
  )
  try {
    await paced(broker, frames, COMMIT_SECONDS)
    const cpuBefore = cpuSeconds(broker.pid)
    const latenciesMs = await paced(broker, frames, COMMIT_SECONDS)
    const cpu = cpuSeconds(broker.pid) - cpuBefore
    return {
      'p50 ms': quantile(latenciesMs, 0.5),
      'p99 ms': quantile(latenciesMs, 0.99),
      'CPU ms/1000': (cpu / latenciesMs.length) * 1e6,
    }
  } finally {
    await deleteTopic(broker.port, topic)
  }
}

async function paced(broker: Broker, frames: readonly Uint8Array[], seconds: number): Promise<number[]> {
  const total = COMMITS_PER_SECOND * seconds
  const latenciesMs: number[] = []
  const done = Promise.withResolvers<void>()
  const connections: { readonly connection: RawConnection; readonly sentAt: number[] }[] = []
  for (let index = 0; index < CONNECTIONS; index++) {
    const sentAt: number[] = []
    const connection = await RawConnection.open(broker.port, (_bytes, head) => {
      latenciesMs.push(performance.now() - sentAt.shift()!)
      const { topics } = OffsetCommit.response.decode(decodeResponseFrame(OffsetCommit, 8, head).body, 8)
      const errorCode = topics[0]?.partitions[0]?.errorCode
      if (errorCode !== 0) done.reject(new Error(`a commit was answered with error ${errorCode}`))
      if (latenciesMs.length === total) done.resolve()
    })
    connections.push({ connection, sentAt })
  }
  const started = performance.now()
  let sent = 0
  const send = () => {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * COMMITS_PER_SECOND))
    while (sent < due) {
      const { connection, sentAt } = connections[sent % CONNECTIONS]!
      sentAt.push(performance.now())
      connection.send(frames[sent++ % frames.length]!)
    }
    if (sent < total) setTimeout(send, 1)
  }
  send()
  await done.promise
  for (const { connection } of connections) connection.close()
  return latenciesMs
}
