import type { Clock, Logger } from '../../ports.ts'
import type { Deadline, Deadlines } from '../../timers/deadlines.ts'

export interface EventPerformanceSettings {
  /** `controller.performance.sample.period.ms` */
  readonly samplePeriodMs: number
  /** `controller.performance.always.log.threshold.ms` */
  readonly alwaysLogThresholdMs: number
}

/**
 * How long the controller's decisions take (`EventPerformanceMonitor`): one line for each that is exceptionally slow, and
 * one per period for all of them. A decision holds the event loop, so that a slow one is everybody's delay.
 */
export class EventPerformanceMonitor {
  readonly #settings: EventPerformanceSettings
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #period: Deadline
  #count = 0
  #totalMs = 0
  #slowest: { readonly name: string; readonly durationMs: number } | undefined

  constructor(settings: EventPerformanceSettings, clock: Clock, deadlines: Deadlines, logger: Logger) {
    this.#settings = settings
    this.#clock = clock
    this.#logger = logger
    this.#period = deadlines.after(settings.samplePeriodMs, () => this.#tellPeriod())
  }

  /** Does `decide`, and measures it. */
  measured<Result>(name: string, decide: () => Result): Result {
    const startedMs = this.#clock.monotonicMs()
    try {
      return decide()
    } finally {
      this.#observe(name, this.#clock.monotonicMs() - startedMs)
    }
  }

  close(): void {
    this.#period.cancel()
  }

  #observe(name: string, durationMs: number): void {
    this.#count++
    this.#totalMs += durationMs
    if (this.#slowest === undefined || durationMs > this.#slowest.durationMs) this.#slowest = { name, durationMs }
    if (durationMs < this.#settings.alwaysLogThresholdMs) return
    this.#logger.error(`Exceptionally slow controller event ${name} took ${Math.trunc(durationMs)} ms.`)
  }

  #tellPeriod(): void {
    const { samplePeriodMs } = this.#settings
    const told =
      this.#slowest === undefined
        ? 'there were no controller events completed.'
        : `${this.#count} controller events were completed, which took an average of ` +
          `${(this.#totalMs / this.#count).toFixed(2)} ms each. The slowest event was ${this.#slowest.name}, ` +
          `which took ${this.#slowest.durationMs.toFixed(2)} ms.`
    this.#logger.info(`In the last ${samplePeriodMs} ms period, ${told}`)
    this.#count = 0
    this.#totalMs = 0
    this.#slowest = undefined
    this.#period.set(this.#clock.monotonicMs() + samplePeriodMs)
  }
}
