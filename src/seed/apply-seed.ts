import { ClientError } from '../client/client-error.ts'
import { KafkaClient } from '../client/kafka-client.ts'
import type { Logger, Transport } from '../ports.ts'
import { StartupError } from '../startup-error.ts'
import { appendRecords, type SeedPorts } from './append-records.ts'
import { awaitPartitions, carryOut, deleteTopic, seedState } from './cluster.ts'
import { commitOffsets } from './commit-offsets.ts'
import type { LoadedSeed } from './loaded-seed.ts'
import { checkPartitions, planSeed } from './plan.ts'
import { SeedError } from './seed-error.ts'

/** What was done; all zero where everything was there. */
export interface SeedReport {
  readonly topicsCreated: number
  readonly topicsGrown: number
  readonly configsAltered: number
  readonly recordsAppended: number
  readonly offsetsCommitted: number
  /** Partitions whose records were left out, since they hold others. */
  readonly partitionsLeft: readonly string[]
}

const requestTimeoutMs = 30_000
const apiTimeoutMs = 60_000

/**
 * Gives a node what a seed says, before anybody else can reach it, and logs what was done. Rejects with a
 * `StartupError`, a `SeedError` where the seed is at fault.
 */
export async function seedNode(
  seed: LoadedSeed,
  inProcess: Transport,
  ports: SeedPorts,
  logger: Logger,
): Promise<SeedReport> {
  const startedMs = ports.clock.monotonicMs()
  const client = new KafkaClient(inProcess, ports.clock, {
    // Every address leads to this node.
    bootstrapServers: [{ host: 'localhost', port: 0 }],
    ...{ clientId: 'ottla-seed', requestTimeoutMs, apiTimeoutMs },
  })
  try {
    const report = await applySeed(client, seed, ports)
    for (const partition of report.partitionsLeft) logger.warn(partitionLeftLine(seed, partition))
    const tookMs = Math.round(ports.clock.monotonicMs() - startedMs)
    logger.info(`Seed ${seed.source} applied in ${tookMs} ms: ${reportText(report)}`)
    return report
  } finally {
    await client.close()
  }
}

/** Applies a seed to a cluster. What the brokers would refuse is found before anything is changed, as far as they can say so. */
export async function applySeed(client: KafkaClient, seed: LoadedSeed, ports: SeedPorts): Promise<SeedReport> {
  try {
    return await apply(client, seed, ports)
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    throw new StartupError(`Cannot apply ${seed.source}: ${error.message}`, error)
  }
}

async function apply(client: KafkaClient, seed: LoadedSeed, ports: SeedPorts): Promise<SeedReport> {
  const state = await seedState(client, seed)
  const plan = planSeed(seed, state)
  const expected = await carryOut(client, plan, true)
  if (expected.problems.length > 0) throw new SeedError(expected.problems)
  checkPartitions(seed, new Map([...state.partitionCounts, ...expected.partitionCounts]))

  const done = await carryOut(client, plan, false)
  if (done.problems.length > 0) throw new SeedError(done.problems)
  await awaitPartitions(client, done.partitionCounts)
  const partitionCounts = new Map([...state.partitionCounts, ...done.partitionCounts])

  let recordsAppended = 0
  const partitionsLeft: string[] = []
  for (const topic of seed.topics) {
    if (topic.records.length === 0) continue
    const { appended, others } = await appendRecords(client, topic, partitionCounts.get(topic.name)!, ports).catch(
      async error => {
        // Else what was appended before a refused record would be in the way of the seed that is put right.
        if (plan.topicsToCreate.includes(topic)) await deleteTopic(client, topic.name)
        throw error
      },
    )
    recordsAppended += appended
    partitionsLeft.push(...others.map(partition => `${topic.name}-${partition}`))
  }
  let offsetsCommitted = 0
  for (const group of seed.groups) offsetsCommitted += await commitOffsets(client, group, partitionCounts)
  return {
    topicsCreated: plan.topicsToCreate.length,
    topicsGrown: plan.topicsToGrow.length,
    configsAltered: plan.alterations.reduce((sum, { configs }) => sum + configs.length, 0),
    ...{ recordsAppended, offsetsCommitted, partitionsLeft },
  }
}

export function partitionLeftLine({ source }: LoadedSeed, partition: string): string {
  return `Seed ${source}: partition ${partition} is left as it is, since it holds other records than the first of the seed's`
}

export function reportText(report: SeedReport): string {
  const done = [
    counted(report.topicsCreated, 'topic', 'created'),
    counted(report.topicsGrown, 'topic', 'given more partitions'),
    counted(report.configsAltered, 'configuration', 'altered'),
    counted(report.recordsAppended, 'record', 'appended'),
    counted(report.offsetsCommitted, 'offset', 'committed'),
  ].filter(text => text !== undefined)
  return done.length === 0 ? 'nothing was missing' : done.join(', ')
}

function counted(count: number, noun: string, what: string): string | undefined {
  return count === 0 ? undefined : `${count} ${noun}${count === 1 ? '' : 's'} ${what}`
}
