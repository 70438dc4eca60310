import { fetchRound, tailRound } from './scenarios/fetch.ts'
import { connectionsRound, idleRound } from './scenarios/idle.ts'
import { type ProduceCell, produceRound } from './scenarios/produce.ts'
import type { Broker } from './support/broker.ts'
import type { Measurement } from './support/measurement.ts'

/** One row of the report: measured on both brokers in turn, round after round. */
export interface Scenario {
  readonly name: string
  /** Measured once a run rather than once a round: it takes long and varies little. */
  readonly once?: boolean
  readonly targets: readonly Target[]
  round(broker: Broker): Promise<Measurement>
}

/** What Ottla is to reach: a bound on the ratio to Kafka, or on its own figure where `absolute`. */
export interface Target {
  readonly figure: string
  readonly atLeast?: number
  readonly atMost?: number
  readonly absolute?: boolean
}

const ROUND_SECONDS = 3
const batchSizes = { one: 0, '16K': 16 << 10, '64K': 64 << 10, '1M': 1_000_000 } as const

/** The whole matrix, then latency, fetch, start and idleness. `name` is what `--only` matches. */
export function scenarios(): Scenario[] {
  return [...produceMatrix(), ...sixteenConnections(), ...latency(), ...reading(), ...idleness()]
}

function produceMatrix(): Scenario[] {
  const list: Scenario[] = []
  for (const compression of ['none', 'lz4'] as const) {
    for (const recordBytes of [100, 1024]) {
      for (const [sizeName, batchBytes] of Object.entries(batchSizes)) {
        for (const connections of [1, 4]) {
          for (const acks of [1, -1] as const) {
            const cell: ProduceCell = { recordBytes, batchBytes, compression, connections, acks, depth: 5 }
            list.push({
              name: `produce/${compression}/${recordBytes}B/${sizeName}/${connections}c/acks=${acks === 1 ? '1' : 'all'}`,
              targets: produceTargets(sizeName, cell),
              round: broker => produceRound(broker, cell, ROUND_SECONDS),
            })
          }
        }
      }
    }
  }
  return list
}

/** The figures that were agreed on are those of 1 KiB records, uncompressed, on one connection. */
function produceTargets(size: string, cell: ProduceCell): Target[] {
  if (cell.compression !== 'none' || cell.recordBytes !== 1024 || cell.connections !== 1) return []
  if (size === 'one') return [{ figure: 'req/s', atLeast: 3 }]
  if (size === '64K') {
    return [
      { figure: 'MB/s', atLeast: 1.8 },
      { figure: 'CPU s/GB', atMost: 0.6 },
    ]
  }
  return size === '1M' ? [{ figure: 'MB/s', atLeast: 1.1 }] : []
}

function sixteenConnections(): Scenario[] {
  const cell: ProduceCell = {
    recordBytes: 1024,
    batchBytes: 0,
    compression: 'none',
    connections: 16,
    acks: 1,
    depth: 5,
  }
  return [
    {
      name: 'produce/none/1024B/one/16c/acks=1',
      targets: [{ figure: 'req/s', atLeast: 1.2 }],
      round: broker => produceRound(broker, cell, ROUND_SECONDS),
    },
  ]
}

function latency(): Scenario[] {
  const cell: ProduceCell = {
    recordBytes: 1024,
    batchBytes: 0,
    compression: 'none',
    connections: 1,
    acks: -1,
    depth: 1,
  }
  return [
    {
      name: 'latency/acks=all/unloaded',
      targets: [{ figure: 'p99 ms', atMost: 1 }],
      round: broker => produceRound(broker, cell, ROUND_SECONDS),
    },
  ]
}

function reading(): Scenario[] {
  return [
    {
      name: 'fetch/page-cache',
      targets: [{ figure: 'MB/s', atLeast: 0.8 }],
      round: broker => fetchRound(broker, ROUND_SECONDS),
    },
    { name: 'fetch/live-tail', targets: [], round: broker => tailRound(broker, 3000) },
  ]
}

function idleness(): Scenario[] {
  return [
    {
      name: 'idle/1000-connections',
      once: true,
      targets: [],
      round: broker => connectionsRound(broker, 1000, 10),
    },
  ]
}

/** Measured on a node of its own, before anything was asked of it. */
export const freshIdle: Scenario = {
  name: 'idle/fresh',
  targets: [
    { figure: 'RSS MB', atMost: 0.25 },
    { figure: 'RSS MB', atMost: 90, absolute: true },
    { figure: 'CPU %', atMost: 1 },
  ],
  round: broker => idleRound(broker, 20),
}

export const start: Omit<Scenario, 'round'> = {
  name: 'start/first-metadata',
  targets: [
    { figure: 'ms', atMost: 0.2 },
    { figure: 'ms', atMost: 600, absolute: true },
  ],
}
