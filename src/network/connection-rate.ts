/**
 * New connections of the last while, fading at the rate that is allowed, so that so many seconds of it may come at once.
 */
export class ConnectionRate {
  #recentCount = 0
  #recentMs: number

  constructor(nowMs: number) {
    this.#recentMs = nowMs
  }

  add(): void {
    this.#recentCount++
  }

  /** How long the next one has to wait; 0 for not at all. */
  delayMs(perSecond: number, burstSeconds: number, nowMs: number): number {
    this.#recentCount = Math.max(0, this.#recentCount - ((nowMs - this.#recentMs) / 1000) * perSecond)
    this.#recentMs = nowMs
    const excess = this.#recentCount + 1 - perSecond * burstSeconds
    return excess <= 0 ? 0 : (excess / Math.max(1, perSecond)) * 1000
  }
}
