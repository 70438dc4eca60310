import type { CleanerConfig } from '../../../src/log/cleaner/cleaner-config.ts'
import { openLogManager } from '../../../src/log/directory-log-manager.ts'
import type { LogConfig } from '../../../src/log/log-config.ts'
import type { LogManager } from '../../../src/log/log-manager.ts'
import { LogDirOfflineError, type PartitionLog } from '../../../src/log/partition-log.ts'
import { createOffloadFunctions } from '../../../src/platform/offload-functions.ts'
import type { Logger } from '../../../src/ports.ts'
import { Checker, InvariantViolation } from '../../../src/sim/checker.ts'
import { SimulatedDisk } from '../../../src/sim/disk/simulated-disk.ts'
import { ProcessEnded, SimulatedProcess } from '../../../src/sim/process.ts'
import { Seed } from '../../../src/sim/seed.ts'
import { originMs, SimulatedTime } from '../../../src/sim/time.ts'
import { Trace } from '../../../src/sim/trace.ts'
import { checksum, compression } from './batches.ts'
import { checkCompacted } from './compacted-checks.ts'
import { checkFiles, StartObserver } from './directory-checks.ts'
import { drawCleanerConfig, drawConfigs, type TopicConfigs } from './draw-config.ts'
import { checkContents, checkEpochs, checkOrder, checkProducers, type LogInvariant } from './log-checks.ts'
import { type OperationName, operations, operationWeights } from './operations.ts'
import { PartitionModel } from './partition-model.ts'
import { type Ending, settleModel } from './settle-model.ts'

const functions = createOffloadFunctions()

export const logDirs = ['/disk0/logs', '/disk1/logs']
const partitionNames = ['t-0', 't-1', 'u-0', 'compacted-0'] as const

export interface LogRun {
  readonly seed: number
  readonly operations: number
  /** Ends of the process, losses of power, failures of a disk. */
  readonly faults: number
  readonly compactions: number
  readonly checks: ReadonlyMap<LogInvariant, number>
  readonly trace: string
  readonly failure: Error | undefined
}

/** One run of the log engine on a simulated machine: operations, crashes and faults, all drawn from the seed. */
export async function runLogSeed(
  seed: number,
  options: { readonly turn: () => Promise<void>; readonly isTraced?: boolean; readonly operationsMin?: number },
): Promise<LogRun> {
  const workload = new LogWorkload(new Seed(seed), options.isTraced ?? false, options.operationsMin ?? 200)
  let failure: Error | undefined
  try {
    await workload.time.run(workload.run(), options.turn)
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    workload.trace.add(failure.message)
  }
  return {
    seed,
    operations: workload.operationCount,
    faults: workload.faultCount,
    compactions: workload.compactionCount,
    checks: workload.checker.counts,
    trace: workload.trace.toString(),
    failure,
  }
}

/** What operations work on. */
export class LogWorkload {
  readonly seed: Seed
  readonly time = new SimulatedTime()
  readonly trace: Trace
  readonly checker = new Checker<LogInvariant>()
  readonly disk: SimulatedDisk
  readonly models = new Map<string, PartitionModel>()
  readonly cleanerConfig: CleanerConfig
  /** Whether the broker compacts by itself; else an operation does. */
  readonly hasCleaner: boolean
  compactionCount = 0
  manager!: LogManager
  process!: SimulatedProcess
  operationCount = 0
  faultCount = 0
  /** Background failures that nobody waited for. */
  #loose: Error | undefined
  readonly #operationsMin: number
  #pending = new Set<Promise<void>>()
  #ending: Ending = 'clean'
  #starts = 0
  #topicIds = 0
  /** How the process is to end, once it does. */
  #fate: 'kill' | 'power' = 'kill'
  readonly #faultEvery: number

  constructor(seed: Seed, isTraced: boolean, operationsMin: number) {
    this.seed = seed.fork('workload')
    this.trace = new Trace(isTraced, () => this.time.nowMs)
    this.disk = new SimulatedDisk(this.time)
    this.#operationsMin = operationsMin
    this.#faultEvery = this.seed.between(20, 45)
    this.#configs = drawConfigs(this.seed)
    this.cleanerConfig = drawCleanerConfig(this.seed)
    this.hasCleaner = this.seed.chance(0.4)
    this.#machineSeed = seed.fork('machine')
    for (const name of partitionNames) this.models.set(name, this.newModel(name))
    for (const directory of logDirs) {
      this.disk.makeDirectory(directory)
      for (const path of ['/', ...logDirs.map(each => each.slice(0, each.lastIndexOf('/')))]) {
        if (path === '/' || directory.startsWith(path)) this.disk.syncDirectory(path)
      }
    }
  }

  readonly #machineSeed: Seed
  readonly #configs: TopicConfigs

  newModel(name: string): PartitionModel {
    const [topic, partition] = name.split('-')
    const topicId = `topic-id-${String(this.#topicIds++).padStart(13, '0')}`
    return new PartitionModel(topic!, Number(partition), topicId, this.configOf(topic!))
  }

  configOf(topic: string): LogConfig {
    return this.#configs[topic === 'compacted' ? 'compacted' : 'plain']
  }

  get nowMs(): number {
    return originMs + Math.floor(this.time.nowMs)
  }

  logOf(model: PartitionModel): PartitionLog | undefined {
    return this.manager.get(model.topic, model.partition)
  }

  wait<Result>(work: Promise<Result> | Result): Promise<Result> {
    return this.process.wait(work)
  }

  /** Goes on beside what follows, until somebody wants it `quiet`. */
  beside(work: Promise<void>): void {
    const settled = this.aside(work).finally(() => this.#pending.delete(settled))
    this.#pending.add(settled)
  }

  /** As `beside`, and nobody waits for it. A failing directory may end it; anything else ends the run. */
  aside(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      if (!(error instanceof ProcessEnded) && !(error instanceof LogDirOfflineError)) {
        this.#loose ??= error instanceof Error ? error : new Error(String(error))
      }
    })
  }

  /** The process ends within one of its next calls of the disk, or the power fails. */
  endWithin(calls: number): void {
    this.faultCount++
    this.#fate = this.seed.pick(['kill', 'power', 'power'] as const)
    this.process.endAfter(this.seed.between(0, calls))
  }

  compacted(): void {
    this.compactionCount++
  }

  /** What the engine calls a bug of its own is one. */
  #watched(logger: Logger): Logger {
    const refuse = (message: string, cause: unknown) => {
      this.#loose ??= new InvariantViolation('no call of the log fails without cause', `${message}: ${cause}`)
    }
    return {
      ...logger,
      info: (message, ...rest) => {
        if (message.startsWith('Cleaned log')) this.compacted()
        logger.info(message, ...rest)
      },
      warn: (message, cause) => {
        logger.warn(message, cause)
        if (message.includes('uncleanable')) refuse(message, cause)
      },
      error: (message, cause) => {
        logger.error(message, cause)
        if (!message.includes('is taken offline')) refuse(message, cause)
      },
    }
  }

  /** Nothing is under way when it resolves. */
  async quiet(): Promise<void> {
    while (this.#pending.size > 0) await this.wait(Promise.all(this.#pending).then(() => undefined))
    this.followLogStarts()
  }

  /** Retention moves them behind our back. */
  followLogStarts(): void {
    for (const model of this.models.values()) {
      const log = this.logOf(model)
      if (log !== undefined) model.follow(log)
    }
  }

  sleep(ms: number): Promise<void> {
    return this.wait(new Promise<void>(resolve => this.time.schedule(ms, resolve)))
  }

  async run(): Promise<void> {
    await this.#untilStarted()
    let nextFault = this.#faultEvery
    while (this.operationCount < this.#operationsMin || this.faultCount < 3) {
      try {
        await this.#step()
        if (this.operationCount >= nextFault) {
          nextFault = this.operationCount + this.#faultEvery
          await this.#fault()
        }
      } catch (error) {
        if (!(error instanceof ProcessEnded)) throw error
        await this.#restart()
      }
      if (this.#loose !== undefined) throw this.#loose
    }
    if (this.process.isAlive) this.process.end()
    await this.#restart()
  }

  async #step(): Promise<void> {
    const name = this.seed.weighted<OperationName>(operationWeights)
    // One operation in three goes to the compacted log.
    const model = this.models.get(this.seed.pick([...partitionNames, 'compacted-0']))!
    this.operationCount++
    const log = this.logOf(model)
    if (log === undefined) return await this.create(model)
    if (this.trace.isOn) this.trace.add(`· ${name} ${model.name}`)
    if (log.isOffline) await this.#checkOffline(log, model)
    else {
      try {
        await operations[name](this, model, log)
      } catch (error) {
        this.#checkRefusal(error, log)
      }
    }
    if (!this.process.isAlive) throw new ProcessEnded()
    // It may have been created anew.
    const current = this.models.get(model.name)!
    const now = this.logOf(current)
    if (now === undefined || now.isOffline) return
    current.follow(now)
    checkOrder(this.checker, now, current)
  }

  #checkRefusal(error: unknown, log: PartitionLog): void {
    if (error instanceof ProcessEnded || error instanceof InvariantViolation) throw error
    this.checker.check(
      'no call of the log fails without cause',
      error instanceof LogDirOfflineError && this.manager.logDirs.some(dir => dir.isOffline),
      () => `${log.topic}-${log.partition}: ${error instanceof Error ? error.stack : error}`,
    )
  }

  async create(model: PartitionModel): Promise<void> {
    const { topic, partition, topicId } = model
    try {
      await this.wait(this.manager.getOrCreate({ topic, partition, topicId, config: this.configOf(topic) }))
      model.isCreated = true
    } catch (error) {
      if (!(error instanceof LogDirOfflineError)) throw error
    }
  }

  async #checkOffline(log: PartitionLog, model: PartitionModel): Promise<void> {
    const read = await this.wait(log.read(model.start, { maxBytes: 1, isolation: 'log-end', minOneBatch: true }))
    const isAlone = this.manager.logDirs.some(dir => dir.path === log.logDir && dir.isOffline)
    this.checker.check(
      'a failed directory fails alone',
      read.errorCode === 56 &&
        isAlone &&
        this.manager.logDirs.filter(dir => dir.isOffline).length <= this.#faulted.size,
      () => `${model.name} answers ${read.errorCode}`,
    )
  }

  #faulted = new Set<string>()

  async #fault(): Promise<void> {
    const kind = this.seed.weighted({ kill: 3, power: 5, disk: 2, clean: 2 })
    this.trace.add(`✗ ${kind}`)
    if (kind === 'clean') return await this.#stopCleanly()
    this.faultCount++
    if (kind === 'disk' && this.#faulted.size === 0) {
      const directory = this.seed.pick(logDirs)
      this.#faulted.add(directory)
      const code = this.seed.pick(['EIO', 'ENOSPC'] as const)
      this.process.disk.failAfter({ directory, code, afterCalls: this.seed.between(1, 30) })
      return
    }
    this.#fate = kind === 'power' ? 'power' : 'kill'
    if (this.seed.chance(0.2)) {
      this.process.end()
      throw new ProcessEnded()
    }
    this.process.endAfter(this.seed.between(0, 60))
  }

  async #stopCleanly(): Promise<void> {
    await this.quiet()
    if (this.#faulted.size > 0) {
      this.process.end()
      throw new ProcessEnded()
    }
    await this.wait(this.manager.close())
    for (const model of this.models.values()) {
      const log = this.logOf(model)
      if (log === undefined) continue
      model.start = log.logStartOffset
      model.highWatermark = log.highWatermark
      checkFiles(this.checker, this.disk, `${log.logDir}/${model.name}`, model)
    }
    // Power may fail right behind it.
    this.process.end()
    this.#pending.clear()
    this.#ending = 'clean'
    if (this.seed.chance(0.5)) this.disk.losePower(this.#machineSeed.fork(`clean ${this.#starts}`))
    await this.#untilStarted()
  }

  /** The process has ended unasked. */
  async #restart(): Promise<void> {
    this.#pending.clear()
    this.followLogStarts()
    if (this.#ending === 'clean') this.#ending = 'kill'
    this.#endOfMachine()
    await this.#untilStarted()
  }

  #endOfMachine(): void {
    this.trace.add(`✗ the process has ended: ${this.#fate}`)
    if (this.#fate !== 'power') return
    this.#ending = 'power'
    this.disk.losePower(this.#machineSeed.fork(`power ${this.#starts}`))
  }

  async #untilStarted(): Promise<void> {
    while (true) {
      this.#starts++
      try {
        await this.#start()
        return
      } catch (error) {
        if (!(error instanceof ProcessEnded)) throw error
        this.faultCount++
        if (this.#ending === 'clean') this.#ending = 'kill'
        this.#endOfMachine()
      }
    }
  }

  async #start(): Promise<void> {
    this.#faulted.clear()
    const observer = new StartObserver(this.checker, this.disk, logDirs)
    let isLoading = true
    const { disk, time, trace } = this
    const process = new SimulatedProcess({
      disk,
      time,
      seed: this.#machineSeed.fork(`process ${this.#starts}`),
      trace,
      observe: call => {
        if (isLoading) observer.observe(call)
      },
    })
    this.process = process
    if (this.seed.chance(0.15)) {
      this.#fate = this.seed.pick(['kill', 'power'] as const)
      process.endAfter(this.seed.between(0, 80))
    }
    const failures: string[] = []
    this.manager = await this.wait(
      openLogManager({
        logDirs,
        metadataLogDir: logDirs[0]!,
        disk: process.disk,
        clock: process.clock,
        random: this.#machineSeed.fork(`random ${this.#starts}`),
        checksum,
        compression,
        loggers: { named: name => this.#watched(process.loggers.named(name)) },
        offload: { run: async <Result>(name: string, input: unknown) => functions[name]!(input) as Result },
        cleaner: () => ({ ...this.cleanerConfig, isEnabled: this.hasCleaner }),
        requestThreads: () => 8,
        backgroundThreads: () => 10,
        recoveryThreads: () => 2,
        initialTaskDelayMs: 30_000,
        retentionCheckIntervalMs: 20_000,
        highWatermarkCheckpointIntervalMs: 5000,
        flushCheckIntervalMs: 7000,
        recoveryPointCheckpointIntervalMs: 10_000,
        logStartOffsetCheckpointIntervalMs: 10_000,
        producerIdExpirationMs: () => Number.MAX_SAFE_INTEGER,
        isTransactionVerificationEnabled: () => false,
        producerIdExpirationCheckIntervalMs: 600_000,
        openFilesMax: this.seed.between(1, 6),
        tailCacheBytesMax: this.seed.pick([0, 2000, 1_000_000]),
        decompressedBatchBytesMax: 1024 * 1024,
        onLogDirFailure: (directory, cause) => failures.push(`${directory}: ${cause.stack}`),
      }),
    )
    const known = (topicId: string) => [...this.models.values()].some(model => model.topicId === topicId)
    await this.wait(this.manager.loadLogs((topicId, topic) => (known(topicId) ? this.configOf(topic) : undefined)))
    isLoading = false
    observer.check()
    this.checker.check(
      'no call of the log fails without cause',
      failures.length === 0,
      () => `at a start: ${failures.join('; ')}`,
    )
    // A log that cannot be read is as bad as one that is lost.
    for (const model of this.models.values()) await this.#settle(model)
    this.#ending = 'kill'
    this.#fate = 'kill'
    this.manager.startPeriodicWork()
  }

  async #settle(model: PartitionModel): Promise<void> {
    const ending = this.#ending
    const found = this.logOf(model)
    this.checker.check(
      'no partition is lost or set aside',
      found !== undefined ||
        !model.isCreated ||
        (ending === 'power' && model.flushed === 0) ||
        // Empty, and never flushed: the metadata makes it again as it was.
        model.next === 0,
      () => `${model.name} is gone`,
    )
    if (found === undefined) {
      // Its directory never reached the disk.
      const fresh = new PartitionModel(model.topic, model.partition, model.topicId, this.configOf(model.topic))
      this.models.set(model.name, fresh)
      return await this.create(fresh)
    }
    if (ending === 'clean' && model.cutting === undefined) {
      this.checker.check(
        'high watermarks survive a clean shutdown',
        found.highWatermark === model.highWatermark,
        () => `${model.name}: high watermark ${found.highWatermark} instead of ${model.highWatermark}`,
      )
    }
    await this.wait(settleModel(this.checker, found, model, ending, this.nowMs))
    model.isCreated = true
    if (model.isCompacted) await this.wait(checkCompacted(this.checker, found, model, this.nowMs))
    else await this.wait(checkContents(this.checker, found, model))
    checkProducers(this.checker, found, model)
    checkEpochs(this.checker, found, model)
    checkOrder(this.checker, found, model)
  }
}
