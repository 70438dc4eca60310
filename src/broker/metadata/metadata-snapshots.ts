import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { MetadataLog } from './metadata-log.ts'
import type { SnapshotStore, StoredSnapshot } from './snapshot-store.ts'

export interface SnapshotSettings {
  /** `metadata.log.max.record.bytes.between.snapshots` */
  readonly bytesBetweenSnapshotsMax: number
  /** `metadata.log.max.snapshot.interval.ms`; 0 turns snapshots by time off. */
  readonly snapshotIntervalMaxMs: number
  /** `metadata.max.retention.bytes`, of log and snapshots together; −1 keeps everything. */
  readonly retentionBytes: number
  /** `metadata.max.retention.ms`; −1 keeps everything. */
  readonly retentionMs: number
}

export interface MetadataSnapshotsOptions {
  readonly settings: SnapshotSettings
  readonly store: SnapshotStore
  readonly log: MetadataLog
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly logger: Logger
  fail(error: unknown): void
}

/**
 * Decides when a snapshot of the metadata is written, and which old ones go: Kafka's SnapshotGenerator and
 * KafkaMetadataLog's cleaning. No timer runs while nothing has changed since the last snapshot.
 */
export class MetadataSnapshots {
  readonly #options: MetadataSnapshotsOptions
  #image: MetadataImage | undefined
  #timer: ReturnType<Deadlines['after']> | undefined
  #writing: Promise<void> | undefined
  #snapshotEndOffset: number
  #isClosed = false

  constructor(options: MetadataSnapshotsOptions) {
    this.#options = options
    this.#snapshotEndOffset = options.store.latest?.endOffset ?? 0
  }

  imageCommitted(image: MetadataImage): void {
    this.#image = image
    this.#check()
  }

  #check(): void {
    // Bytes may be appended that are not committed yet: they are in no image, and their time comes.
    if (!this.#isImageNewer()) return
    const { settings, log, deadlines } = this.#options
    if (log.bytesSinceSnapshot >= settings.bytesBetweenSnapshotsMax) this.#writeSoon()
    else if (settings.snapshotIntervalMaxMs > 0 && log.bytesSinceSnapshot > 0) {
      this.#timer ??= deadlines.after(settings.snapshotIntervalMaxMs, () => this.#writeSoon())
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    await this.#writing
  }

  #writeSoon(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#writing ??= this.#write().then(
      () => {
        this.#writing = undefined
        // What was committed meanwhile may call for the next one already.
        if (!this.#isClosed) this.#check()
      },
      error => this.#options.fail(error),
    )
  }

  async #write(): Promise<void> {
    const image = this.#image
    if (image === undefined || !this.#isImageNewer()) return
    const { store, log, clock, logger } = this.#options
    log.snapshotTaken()
    const stored = await store.write(image, log.quorumRecords, clock.nowMs())
    this.#snapshotEndOffset = stored.endOffset
    logger.info(`Wrote snapshot at offset ${stored.endOffset} and epoch ${stored.epoch}: ${stored.sizeInBytes} bytes.`)
    await this.#clean()
  }

  #isImageNewer(): boolean {
    return this.#image !== undefined && this.#image.provenance.lastContainedOffset >= this.#snapshotEndOffset
  }

  /** The log then begins where the oldest snapshot kept ends; the latest always stays. */
  async #clean(): Promise<void> {
    const { store, log, settings } = this.#options
    const totalBytes = () => store.snapshots.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, log.sizeInBytes)
    while (store.snapshots.length > 1) {
      const [oldest, next] = store.snapshots as readonly [StoredSnapshot, StoredSnapshot]
      const isTooMuch = settings.retentionBytes >= 0 && totalBytes() > settings.retentionBytes
      if (!isTooMuch && !(await this.#isTooOld(oldest))) return
      await store.removeOldest()
      log.forgetBelow(next.endOffset)
    }
  }

  async #isTooOld(snapshot: StoredSnapshot): Promise<boolean> {
    const { store, clock, settings } = this.#options
    if (settings.retentionMs < 0) return false
    const writtenAtMs = (await store.read(snapshot)).at(-1)?.timestampMs ?? 0
    return clock.nowMs() - writtenAtMs > settings.retentionMs
  }
}
