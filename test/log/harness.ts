import { openLogManager } from '../../src/log/directory-log-manager.ts'
import type { LogConfig } from '../../src/log/log-config.ts'
import type { LogManager, LogManagerOptions } from '../../src/log/log-manager.ts'
import type { AppendAccepted, AppendOutcome, PartitionLog } from '../../src/log/partition-log.ts'
import { createChecksum } from '../../src/platform/checksum.ts'
import { createCompression } from '../../src/platform/compression.ts'
import { WorkerOffload } from '../../src/platform/worker-offload.ts'
import type { Clock, Disk, Logger, Loggers } from '../../src/ports.ts'
import { type BatchOptions, type RecordToWrite, writeBatch } from '../../src/protocol/records/batch-writer.ts'
import { defaultLogConfig } from '../support/default-log-config.ts'

export const checksum = createChecksum()
export const compression = createCompression()
export const topicId = 'dGVzdC10b3BpYy1pZC0xMg'

export const tools = {
  crc32c: (bytes: Uint8Array) => checksum.crc32c(bytes),
  compress: (type: Parameters<typeof compression.compress>[0], bytes: Uint8Array) => compression.compress(type, bytes),
}

/** A clock that stands still until moved. */
export class ManualClock implements Clock {
  #nowMs: number
  #scheduled: { atMs: number; callback: () => void }[] = []

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, callback: () => void) {
    const entry = { atMs: this.#nowMs + delayMs, callback }
    this.#scheduled.push(entry)
    return {
      cancel: () => {
        this.#scheduled = this.#scheduled.filter(other => other !== entry)
      },
    }
  }

  advance(ms: number): void {
    this.#nowMs += ms
    const due = this.#scheduled.filter(({ atMs }) => atMs <= this.#nowMs)
    this.#scheduled = this.#scheduled.filter(({ atMs }) => atMs > this.#nowMs)
    for (const { callback } of due) callback()
  }
}

export class CollectedLoggers implements Loggers {
  readonly lines: string[] = []

  named(): Logger {
    const add = (level: string) => (message: string) => {
      this.lines.push(`${level} ${message}`)
    }
    return { isEnabled: () => true, debug: add('DEBUG'), info: add('INFO'), warn: add('WARN'), error: add('ERROR') }
  }
}

export interface Harness {
  readonly manager: LogManager
  readonly clock: ManualClock
  readonly loggers: CollectedLoggers
  readonly failures: string[]
}

export async function openManager(disk: Disk, options: Partial<LogManagerOptions> = {}): Promise<Harness> {
  const clock = new ManualClock()
  const loggers = new CollectedLoggers()
  const failures: string[] = []
  let seed = 1
  const manager = await openLogManager({
    logDirs: ['/data'],
    metadataLogDir: '/data',
    disk,
    clock,
    random: {
      uint32: () => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
        return seed
      },
      bytes: length => new Uint8Array(length).fill(7),
    },
    checksum,
    compression,
    loggers,
    offload: new WorkerOffload(),
    requestThreads: () => 8,
    backgroundThreads: () => 10,
    recoveryThreads: () => 2,
    initialTaskDelayMs: 30_000,
    retentionCheckIntervalMs: 300_000,
    highWatermarkCheckpointIntervalMs: 5_000,
    flushCheckIntervalMs: Number.MAX_SAFE_INTEGER,
    recoveryPointCheckpointIntervalMs: 60_000,
    logStartOffsetCheckpointIntervalMs: 60_000,
    producerIdExpirationMs: () => 86_400_000,
    isTransactionVerificationEnabled: () => false,
    producerIdExpirationCheckIntervalMs: 600_000,
    openFilesMax: 4,
    tailCacheBytesMax: 1024 * 1024,
    decompressedBatchBytesMax: 64 * 1024 * 1024,
    onLogDirFailure: dir => failures.push(dir),
    ...options,
  })
  return { manager, clock, loggers, failures }
}

/** Opens the log of `t-0` in what a disk holds, or anew. */
export async function openLog(
  disk: Disk,
  config: Partial<LogConfig> = {},
  options: Partial<LogManagerOptions> = {},
): Promise<Harness & { log: PartitionLog }> {
  const harness = await openManager(disk, options)
  const resolved = { ...defaultLogConfig, ...config }
  await disk.makeDirectory('/data')
  await harness.manager.loadLogs(() => resolved)
  const log = await harness.manager.getOrCreate({ topic: 't', partition: 0, topicId, config: resolved })
  return { ...harness, log }
}

/** Has the empty log's file made and open, which the first append would wait for: from here on appends are settled at once. */
export async function opened(log: PartitionLog): Promise<PartitionLog> {
  await log.truncateFullyAndStartAt(0)
  return log
}

const utf8 = new TextEncoder()

/** Records with these values, keyless, at one timestamp. */
export function recordsOf(values: readonly string[], timestamp = 1_700_000_000_000): RecordToWrite[] {
  return values.map(value => ({ timestamp, key: null, value: utf8.encode(value) }))
}

export function batchOf(values: readonly string[], options: BatchOptions = {}): Uint8Array {
  return writeBatch(recordsOf(values), options, tools)
}

export function accepted(outcome: AppendOutcome): AppendAccepted {
  if (!('baseOffset' in outcome)) throw new Error(`Refused with ${outcome.errorCode}: ${outcome.errorMessage}`)
  return outcome
}

/** Appends and waits until readers see it. */
export async function produce(log: PartitionLog, batch: Uint8Array, leaderEpoch = 0): Promise<AppendAccepted> {
  const outcome = accepted(await log.produce(batch, { leaderEpoch }))
  await outcome.written
  log.updateHighWatermark(log.logEndOffset)
  return outcome
}
