import type { Clock } from '../../ports.ts'

export interface ReplicationQuotaOptions {
  readonly clock: Clock
  /** Asked each time: it may change. */
  readonly bytesPerSecondMax: () => number
  /** How many samples the rate is measured over, the present one included. */
  readonly samplesMax: number
  readonly sampleMs: number
}

/** Holds copying down to a rate, measured over the last samples (`ReplicationQuotaManager`, `SimpleRate`). */
export class ReplicationQuota {
  readonly #options: ReplicationQuotaOptions
  #samples: { readonly beganMs: number; bytes: number }[] = []

  constructor(options: ReplicationQuotaOptions) {
    this.#options = options
  }

  record(bytes: number): void {
    const { clock, sampleMs } = this.#options
    const nowMs = clock.monotonicMs()
    const latest = this.#samples.at(-1)
    if (latest !== undefined && nowMs - latest.beganMs < sampleMs) latest.bytes += bytes
    else this.#samples.push({ beganMs: nowMs, bytes })
  }

  /** How long copying has to rest before the rate is below the quota; 0 where it is. */
  get delayMs(): number {
    const { clock, bytesPerSecondMax, samplesMax, sampleMs } = this.#options
    const nowMs = clock.monotonicMs()
    this.#samples = this.#samples.filter(({ beganMs }) => nowMs - beganMs < samplesMax * sampleMs)
    const oldest = this.#samples[0]
    if (oldest === undefined) return 0
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0)
    // A rate is never measured over less than one sample.
    const elapsedMs = Math.max(nowMs - oldest.beganMs, sampleMs)
    const wantedMs = (bytes * 1000) / bytesPerSecondMax()
    // Bytes cease to count with their sample.
    const untilForgottenMs = oldest.beganMs + samplesMax * sampleMs - nowMs
    return wantedMs <= elapsedMs ? 0 : Math.ceil(Math.min(wantedMs - elapsedMs, untilForgottenMs))
  }
}
