/**
 * Ottla beside Apache Kafka 4.3.1, in one run, round by round in turn.
 *
 *   npm run bench -- [--only SUBSTRING[,SUBSTRING…]] [--rounds N] [--list]
 *
 * Needs Java and Maven. The sender shares the machine with the broker it measures, so throughput alone says little
 * of a broker: the CPU seconds beside it are the broker's own.
 */
import { parseArgs } from 'node:util'
import { freshIdle, type Scenario, scenarios, start } from './plan.ts'
import { produceRound } from './scenarios/produce.ts'
import { type Broker, startJvmKafka, startOttla } from './support/broker.ts'
import type { Measurement } from './support/measurement.ts'
import { formatRow, reportHead } from './support/report.ts'

const WARM_UP_SECONDS = 20
const ROUNDS = 5
const STARTS = 3

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string' }, list: { type: 'boolean' } },
})
const rounds = Number(options.rounds ?? ROUNDS)
const wanted = (name: string) => options.only === undefined || options.only.split(',').some(part => name.includes(part))

if (options.list === true) {
  for (const { name } of [start, freshIdle, ...scenarios()]) console.log(name)
} else {
  console.log(reportHead)
  await measureStarts()
  await measureWarm(scenarios().filter(({ name }) => wanted(name)))
}

/** Start time and idleness need brokers of their own, one at a time. */
async function measureStarts(): Promise<void> {
  if (!wanted(start.name) && !wanted(freshIdle.name)) return
  const starts: Record<Broker['name'], Measurement[]> = { ottla: [], kafka: [] }
  const idles: Record<Broker['name'], Measurement[]> = { ottla: [], kafka: [] }
  for (let round = 0; round < STARTS; round++) {
    for (const startBroker of [startOttla, startJvmKafka]) {
      const broker = await startBroker()
      starts[broker.name].push({ ms: broker.startMs })
      if (wanted(freshIdle.name) && round === 0) idles[broker.name].push(await freshIdle.round(broker))
      await broker.stop()
    }
  }
  if (wanted(start.name)) console.log(formatRow({ ...start, ...starts }))
  if (wanted(freshIdle.name)) console.log(formatRow({ ...freshIdle, ...idles }))
}

async function measureWarm(list: readonly Scenario[]): Promise<void> {
  if (list.length === 0) return
  const brokers = [await startOttla(), await startJvmKafka()]
  try {
    for (const broker of brokers) await warmUp(broker)
    for (const scenario of list) {
      const measured: Record<Broker['name'], Measurement[]> = { ottla: [], kafka: [] }
      for (let round = 0; round < (scenario.once === true ? 1 : rounds); round++) {
        // Whoever goes first changes from round to round, so that drift of the machine favours neither.
        for (const broker of round % 2 === 0 ? brokers : brokers.toReversed()) {
          measured[broker.name].push(await scenario.round(broker))
        }
      }
      console.log(formatRow({ name: scenario.name, targets: scenario.targets, ...measured }))
    }
  } finally {
    await Promise.all(brokers.map(broker => broker.stop()))
  }
}

/** A JVM compiles what runs hot: both get the same work until it has. */
async function warmUp(broker: Broker): Promise<void> {
  const shape = { recordBytes: 1024, compression: 'none', connections: 1, depth: 5 } as const
  for (const [batchBytes, acks] of [
    [0, 1],
    [64 << 10, 1],
    [0, -1],
    [1_000_000, 1],
  ] as const) {
    await produceRound(broker, { ...shape, batchBytes, acks }, WARM_UP_SECONDS / 4)
  }
}
