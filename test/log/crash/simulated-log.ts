import { openLogManager } from '../../../src/log/directory-log-manager.ts'
import type { LogConfig } from '../../../src/log/log-config.ts'
import type { LogManager } from '../../../src/log/log-manager.ts'
import type { PartitionLog } from '../../../src/log/partition-log.ts'
import { createOffloadFunctions } from '../../../src/platform/offload-functions.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { DiskCall } from '../../../src/sim/disk/process-disk.ts'
import type { IsKept } from '../../../src/sim/disk/simulated-directory.ts'
import { SimulatedDisk } from '../../../src/sim/disk/simulated-disk.ts'
import { ProcessEnded, SimulatedProcess } from '../../../src/sim/process.ts'
import { Seed } from '../../../src/sim/seed.ts'
import { SimulatedTime } from '../../../src/sim/time.ts'
import { Trace } from '../../../src/sim/trace.ts'
import { turn } from '../../sim/turn.ts'
import { defaultLogConfig } from '../../support/default-log-config.ts'
import { accepted, batchOf, checksum, compression, topicId } from '../harness.ts'

const functions = createOffloadFunctions()

/** What survives a loss of power, by name; a process that is killed loses nothing. */
export const losses: Readonly<Record<string, IsKept | undefined>> = {
  'a kill': undefined,
  'a power loss that keeps nothing': () => false,
  'a power loss that keeps all': () => true,
  'a power loss that keeps names': change => change === 'name',
  'a power loss that keeps bytes': change => change === 'bytes',
  'a power loss that keeps .log files': (_, path) => path.endsWith('.log'),
  'a power loss that keeps all but .log files': (_, path) => !path.endsWith('.log'),
}

/** The log of `t-0` on a simulated machine, led through a script, with crashes where the script has them. */
export class SimulatedLog {
  readonly time = new SimulatedTime()
  readonly disk = new SimulatedDisk(this.time)
  /** Of this process. */
  calls: DiskCall[] = []
  process!: SimulatedProcess
  manager!: LogManager
  log!: PartitionLog
  /** The log directory has failed. */
  failed = (cause: Error): void => {
    throw cause
  }
  readonly #config: LogConfig
  #starts = 0

  constructor(config: Partial<LogConfig> = {}) {
    this.#config = { ...defaultLogConfig, ...config }
    this.disk.makeDirectory('/data')
    this.disk.syncDirectory('/')
  }

  /** Runs a script from start to end on simulated time. */
  run(script: () => Promise<void>): Promise<void> {
    return this.time.run(script(), turn)
  }

  /** A process that ends within its `calls`th call of the disk, if it is given. */
  async start(calls?: number): Promise<void> {
    const { disk, time } = this
    const seen: DiskCall[] = []
    this.calls = seen
    const seed = new Seed(this.#starts++)
    const trace = new Trace(false, () => time.nowMs)
    this.process = new SimulatedProcess({ disk, time, seed, trace, observe: call => seen.push(call) })
    if (calls !== undefined) this.process.endAfter(calls)
    this.manager = await this.process.wait(
      openLogManager({
        logDirs: ['/data'],
        metadataLogDir: '/data',
        disk: this.process.disk,
        clock: this.process.clock,
        random: seed,
        checksum,
        compression,
        loggers: this.process.loggers,
        offload: { run: async <Result>(name: string, input: unknown) => functions[name]!(input) as Result },
        requestThreads: () => 8,
        backgroundThreads: () => 10,
        recoveryThreads: () => 2,
        initialTaskDelayMs: 30_000,
        retentionCheckIntervalMs: 20_000,
        highWatermarkCheckpointIntervalMs: 5000,
        flushCheckIntervalMs: 1_000_000,
        recoveryPointCheckpointIntervalMs: 10_000,
        logStartOffsetCheckpointIntervalMs: 10_000,
        isTransactionVerificationEnabled: () => false,
        producerIdExpirationMs: () => Number.MAX_SAFE_INTEGER,
        producerIdExpirationCheckIntervalMs: 600_000,
        openFilesMax: 2,
        tailCacheBytesMax: 0,
        decompressedBatchBytesMax: 1024 * 1024,
        onLogDirFailure: (_, cause) => this.failed(cause),
      }),
    )
    await this.process.wait(this.manager.loadLogs(() => this.#config))
    const options = { topic: 't', partition: 0, topicId, config: this.#config }
    this.log = await this.process.wait(this.manager.getOrCreate(options))
  }

  /** The process ends, and the power with it where `isKept` says what is left; then a new one starts. */
  async crash(isKept?: IsKept): Promise<void> {
    this.process.end()
    if (isKept !== undefined) this.disk.loseUnsynced(isKept)
    await this.start()
  }

  /** Ends the process within its `calls`th call of the disk from now, if `work` makes as many; returns whether. */
  async endsWithin(calls: number, work: () => Promise<unknown>): Promise<boolean> {
    this.process.endAfter(calls)
    try {
      await this.process.wait(work())
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error
    }
    return !this.process.isAlive
  }

  /** Starts a process that ends within its `calls`th call of the disk, if the start makes as many; returns whether. */
  async endsStarting(calls: number): Promise<boolean> {
    try {
      await this.start(calls)
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error
    }
    return !this.process.isAlive
  }

  /** One batch with a record for each value, written when it resolves. */
  async produce(...values: string[]): Promise<void> {
    await this.process.wait(accepted(await this.log.produce(batchOf(values), { leaderEpoch: 0 })).written)
    this.log.updateHighWatermark(this.log.logEndOffset)
  }

  sleep(ms: number): Promise<void> {
    return this.process.wait(new Promise<void>(resolve => this.time.schedule(ms, resolve)))
  }

  /** `offset:value` of each record from the log's start on. */
  async contents(): Promise<string[]> {
    const { log } = this
    const found: string[] = []
    for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
      const options = { maxBytes: 10_000, isolation: 'log-end', minOneBatch: true } as const
      const outcome = await this.process.wait(log.read(offset, options))
      if (!('chunks' in outcome)) throw new Error(`Read from ${offset} failed with ${outcome.errorCode}`)
      const batches = outcome.chunks.flatMap(chunk => [...batchesOf(chunk)])
      if (batches.length === 0) throw new Error(`Nothing at ${offset} before ${log.logEndOffset}`)
      for (const record of batches.flatMap(batch => recordsOf(batch)))
        found.push(`${record.offset}:${new TextDecoder().decode(record.value ?? new Uint8Array(0))}`)
      offset = batches.at(-1)!.nextOffset
      outcome.release()
    }
    return found
  }
}

/**
 * Interrupts `work` within each of its calls of the disk, in each way a machine may end, and `check`s what the next
 * start makes of it. The last round of each is one that nothing interrupted before the machine ended.
 */
export async function atEveryCall(
  scene: { readonly config: Partial<LogConfig>; readonly fates?: Readonly<Record<string, IsKept | undefined>> },
  setUp: (simulated: SimulatedLog) => Promise<void>,
  work: (simulated: SimulatedLog) => Promise<unknown>,
  check: (simulated: SimulatedLog, where: string) => Promise<void>,
): Promise<number> {
  let crashes = 0
  for (const [name, isKept] of Object.entries(scene.fates ?? losses)) {
    for (let calls = 0, ended = true; ended; calls++) {
      const simulated = new SimulatedLog(scene.config)
      await simulated.run(async () => {
        await simulated.start()
        await setUp(simulated)
        ended = await simulated.endsWithin(calls, () => work(simulated))
        await simulated.crash(isKept)
        await check(simulated, `${name}, within call ${calls}`)
      })
      crashes++
    }
  }
  return crashes
}
