/** One moment on both clocks: machines have none of their own. */
export interface Instant {
  /** Since the Unix epoch: for what is written into records. May jump. */
  readonly wallMs: number
  /** Never goes back: for deadlines. */
  readonly monotonicMs: number
}
