/** `log.cleaner.*` of a broker. */
export interface CleanerConfig {
  /** `log.cleaner.enable` */
  readonly isEnabled: boolean
  /** `log.cleaner.threads`: logs compacted at once. */
  readonly threads: number
  /** `log.cleaner.dedupe.buffer.size`, shared by all that are compacted at once. */
  readonly dedupeBufferBytes: number
  /** `log.cleaner.io.buffer.load.factor` */
  readonly dedupeBufferLoadFactor: number
  /** `log.cleaner.io.buffer.size`, shared likewise. */
  readonly ioBufferBytes: number
  /** `log.cleaner.io.max.bytes.per.second` */
  readonly ioBytesPerSecondMax: number
  /** `log.cleaner.backoff.ms` */
  readonly backoffMs: number
}
