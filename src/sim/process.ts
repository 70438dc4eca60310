import type { Clock, Logger, Loggers } from '../ports.ts'
import { type DiskCall, ProcessDisk } from './disk/process-disk.ts'
import type { SimulatedDisk } from './disk/simulated-disk.ts'
import type { Seed } from './seed.ts'
import { originMs, type SimulatedTime } from './time.ts'
import type { Trace } from './trace.ts'

export interface ProcessOptions {
  /** How the trace and the network call it. */
  readonly name?: string
  readonly disk: SimulatedDisk
  readonly time: SimulatedTime
  readonly seed: Seed
  readonly trace: Trace
  readonly observe?: (call: DiskCall) => void
}

/** The process it belongs to has ended while somebody waited for it. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded'
}

/**
 * One run of a program on the simulated machine: its clock, its disk, its log. When it ends nothing of it goes on: its
 * timers never fire and its calls never return.
 */
export class SimulatedProcess {
  readonly name: string
  readonly clock: Clock
  readonly disk: ProcessDisk
  readonly loggers: Loggers
  readonly #ended: Promise<never>
  #end!: (error: ProcessEnded) => void
  readonly #atEnd: (() => void)[] = []
  #isAlive = true
  #callsLeft = Number.POSITIVE_INFINITY

  constructor({ name, disk, time, seed, trace, observe }: ProcessOptions) {
    this.name = name ?? 'process'
    this.#ended = new Promise((_, reject) => {
      this.#end = reject
    })
    this.#ended.catch(() => undefined)
    this.clock = {
      nowMs: () => originMs + Math.floor(time.nowMs),
      monotonicMs: () => time.nowMs,
      schedule: (delayMs, callback) =>
        time.schedule(delayMs, () => {
          if (this.#isAlive) callback()
        }),
    }
    const beforeCall = (call: DiskCall) => {
      observe?.(call)
      if (--this.#callsLeft < 0) this.end()
    }
    this.disk = new ProcessDisk({ disk, time, seed: seed.fork('disk'), trace, beforeCall })
    this.loggers = { named: () => loggerTo(trace) }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Called when it ends, whatever the reason. */
  onEnd(action: () => void): void {
    this.#atEnd.push(action)
  }

  /** It ends within its `calls`th call of the disk from now. */
  endAfter(calls: number): void {
    this.#callsLeft = calls
  }

  end(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.disk.die()
    for (const action of this.#atEnd) action()
    this.#end(new ProcessEnded())
  }

  /** Waits for something of this process; rejects with `ProcessEnded` where it ends first. */
  async wait<Result>(work: Promise<Result> | Result): Promise<Result> {
    const result = await Promise.race([this.#ended, work])
    if (!this.#isAlive) throw new ProcessEnded()
    return result
  }
}

function loggerTo(trace: Trace): Logger {
  const say = (level: string) => (message: string, cause?: unknown) =>
    trace.add(`${level} ${message}${cause instanceof Error ? `: ${cause.message}` : ''}`)
  return { isEnabled: () => true, debug: say('DEBUG'), info: say('INFO'), warn: say('WARN'), error: say('ERROR') }
}
