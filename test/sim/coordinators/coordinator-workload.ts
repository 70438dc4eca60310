import { Seed } from '../../../src/sim/seed.ts'
import { Admin } from './admin.ts'
import { consumerSessionTimeoutMs } from './consumer-group-model.ts'
import { ConsumerScene } from './consumer-scene.ts'
import { GroupScene } from './group-scene.ts'
import type { CoordinatorInvariant } from './invariants.ts'
import { MigratingScene } from './migrating-scene.ts'
import { ReadProcessWriteScene } from './read-process-write-scene.ts'
import type { Picture, Scene } from './scene.ts'
import { SimpleGroupScene } from './simple-group-scene.ts'
import { TransactionScene } from './transaction-scene.ts'
import { lateMsMax, World } from './world.ts'

export interface CoordinatorRun {
  readonly seed: number
  readonly operations: number
  /** Ends of the broker, losses of power, and times the network was slow. */
  readonly faults: number
  readonly checks: ReadonlyMap<CoordinatorInvariant, number>
  readonly trace: string
  readonly failure: Error | undefined
}

export interface CoordinatorRunOptions {
  readonly turn: () => Promise<void>
  readonly isTraced?: boolean
  readonly operationsMin?: number
}

/** One run of a broker's coordinators and their clients on a simulated machine, all drawn from the seed. */
export async function runCoordinatorSeed(value: number, options: CoordinatorRunOptions): Promise<CoordinatorRun> {
  const seed = new Seed(value)
  const isCompacting = seed.fork('compaction').chance(0.35)
  const properties = { ...drawProperties(seed.fork('properties')), ...(isCompacting ? compaction : {}) }
  const world = new World({ seed, isTraced: options.isTraced ?? false, isCompacting, properties })
  let failure: Error | undefined
  try {
    await world.time.run(run(world, options.operationsMin ?? 200), options.turn)
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    world.trace.add(failure.message)
  }
  return {
    seed: value,
    operations: world.operationCount,
    faults: world.faultCount,
    checks: world.checker.counts,
    trace: world.trace.toString(),
    failure,
  }
}

function drawProperties(seed: Seed): Record<string, string> {
  return {
    'offsets.topic.num.partitions': String(seed.between(1, 3)),
    'transaction.state.log.num.partitions': String(seed.between(1, 3)),
    'group.initial.rebalance.delay.ms': String(seed.pick([0, 0, 500, 3000])),
    'auto.create.topics.enable': 'false',
    'group.consumer.session.timeout.ms': String(consumerSessionTimeoutMs),
    'group.consumer.min.session.timeout.ms': String(consumerSessionTimeoutMs),
    'group.consumer.heartbeat.interval.ms': '1000',
    'group.consumer.min.heartbeat.interval.ms': '1000',
  }
}

/** Few clients do much, many do little: each in its turn. */
function drawScenes(world: World, admin: Admin): Scene[] {
  const groups = () => new GroupScene(world, admin)
  const consumers = () => new ConsumerScene(world, admin)
  const transactions = () => new TransactionScene(world, admin)
  const migrating = () => new MigratingScene(world, admin)
  const simple = () => new SimpleGroupScene(world, admin)
  const readProcessWrite = () => new ReadProcessWriteScene(world, admin)
  const choices = [
    [groups],
    [simple, groups],
    [simple, consumers],
    [consumers],
    [migrating],
    [migrating, transactions],
    [transactions],
    [transactions],
    [groups, transactions],
    [consumers, transactions],
    [groups, consumers, transactions],
    [readProcessWrite],
    [readProcessWrite],
    [simple, readProcessWrite],
  ]
  return world.seed
    .fork('scenes')
    .pick(choices)
    .map(make => make())
}

/** Segments roll, and are compacted, all the time. */
const compaction = {
  'log.roll.ms': '2000',
  'log.cleaner.backoff.ms': '700',
  'log.cleaner.min.cleanable.ratio': '0.01',
  'log.cleaner.delete.retention.ms': '1500',
  'log.cleaner.dedupe.buffer.size': '1200000',
  'log.cleaner.io.buffer.size': '16384',
  'log.segment.delete.delay.ms': '1000',
}

async function run(world: World, operationsMin: number): Promise<void> {
  world.spawn(world.supervise())
  await world.running()
  const scenes = drawScenes(world, new Admin(world))
  for (const scene of scenes) await scene.begin()
  world.disturb()
  const seed = world.seed.fork('director')
  const faultEvery = seed.between(15, 60)
  let nextFault = seed.between(5, faultEvery)
  while (world.operationCount < operationsMin || world.faultCount < 3) {
    await world.sleep(seed.between(50, 800))
    if (world.failure !== undefined) throw world.failure
    if (world.operationCount >= nextFault && world.broker.isRunning) {
      nextFault = world.operationCount + seed.between(1, faultEvery)
      world.fault()
    }
    if (seed.chance(0.3)) seed.pick(scenes).change()
  }
  await world.calm()
  for (const scene of scenes) scene.settle()
  await world.sleep(lateMsMax)
  for (const scene of scenes) await until(world, scene)
  for (const scene of scenes) scene.stop()
  // What was on its way is there.
  await world.sleep(200)
  await compareAcrossRestart(world, scenes)
  for (const scene of scenes) await scene.verify()
  if (world.failure !== undefined) throw world.failure
}

/**
 * The broker is killed: what was committed must be what is loaded. Nobody beats any more, so members have what is left
 * of their sessions; a group is looked at right before the kill, after the logs that scenes listed behind it have.
 */
async function compareAcrossRestart(world: World, scenes: readonly Scene[]): Promise<void> {
  const before: Picture[] = []
  for (const scene of scenes.toReversed()) before.unshift(await scene.picture())
  world.broker.kill()
  await world.running()
  for (const [index, scene] of scenes.entries()) {
    const { text } = await scene.picture(before[index])
    world.checker.check(
      'what was committed is the same after a restart',
      text === before[index]!.text,
      () => `before: ${before[index]!.text}\nafter: ${text}`,
    )
  }
}

/** How long clients may need to find together: the longest session, and the longest rebalance, twice. */
const settleMsMax = 120_000

async function until(world: World, scene: Scene): Promise<void> {
  const deadlineMs = world.nowMs + settleMsMax
  for (;;) {
    if (world.failure !== undefined) throw world.failure
    const missing = await scene.unsettled()
    const isLate = world.nowMs > deadlineMs
    if (missing === undefined || isLate) {
      world.checker.check(
        'everything comes to its end once the faults are over',
        missing === undefined,
        () => missing ?? '',
      )
      return
    }
    await world.sleep(500)
  }
}
