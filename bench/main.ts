/**
 * Ottla beside Apache Kafka 4.3.1, in one run, round by round in turn.
 *
 *   npm run bench -- [--only SUBSTRING[,SUBSTRING…]] [--rounds N] [--kafka-heap SIZE] [--list]
 *
 * Needs Java and Maven. The sender shares the machine with the broker it measures, so throughput alone says little
 * of a broker: the CPU seconds beside it are the broker's own.
 */
import { parseArgs } from 'node:util'
import { scenarios } from './plan.ts'
import type { OwnScenario, SharedScenario } from './scenario.ts'
import { produceRound } from './scenarios/produce.ts'
import { type Broker, type BrokerKind, kafkaOfHeap, ottla } from './support/broker.ts'
import type { Measurement } from './support/measurement.ts'
import { formatRow, reportHead } from './support/report.ts'

const WARM_UP_SECONDS = 20
const ROUNDS = 5

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    'kafka-heap': { type: 'string' },
    list: { type: 'boolean' },
  },
})
const rounds = Number(options.rounds ?? ROUNDS)
const kinds: readonly BrokerKind[] = [ottla, kafkaOfHeap(options['kafka-heap'] ?? '1g')]
const wanted = scenarios.filter(
  ({ name }) => options.only === undefined || options.only.split(',').some(part => name.includes(part)),
)

if (options.list === true) {
  for (const { name } of scenarios) console.log(name)
} else {
  console.log(reportHead)
  for (const scenario of wanted) if (scenario.brokers === 'own') await report(scenario, kinds)
  const shared = wanted.filter(scenario => scenario.brokers === 'shared')
  if (shared.length > 0) await measureShared(shared)
}

async function measureShared(list: readonly SharedScenario[]): Promise<void> {
  const brokers: Broker[] = []
  try {
    for (const kind of kinds) brokers.push(await kind.start())
    for (const broker of brokers) await warmUp(broker)
    for (const scenario of list) await report(scenario, brokers)
  } finally {
    await Promise.all(brokers.map(broker => broker.stop()))
  }
}

/** `sides`: Ottla's and Kafka's, which the scenario measures in turn. */
async function report<Side extends Broker | BrokerKind>(
  scenario: (SharedScenario | OwnScenario) & { round(side: Side): Promise<Measurement> },
  sides: readonly Side[],
): Promise<void> {
  const measured: Record<Broker['name'], Measurement[]> = { ottla: [], kafka: [] }
  for (let round = 0; round < Math.min(rounds, scenario.roundsMax ?? rounds); round++) {
    // Whoever goes first changes from round to round, so that drift of the machine favours neither.
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      measured[side.name].push(await scenario.round(side))
    }
  }
  console.log(formatRow({ name: scenario.name, targets: scenario.targets, ...measured }))
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
