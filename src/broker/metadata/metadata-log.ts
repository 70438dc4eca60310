import { AssertionError, assert } from '../../assertion.ts'
import { emptyMetadataImage, type MetadataProvenance } from '../../controller/image/metadata-image.ts'
import { MetadataReplay, type ReplayOptions } from '../../controller/image/metadata-replay.ts'
import { encodeMetadataRecord, type MetadataRecord } from '../../controller/metadata-record.ts'
import type { AppendOutcome, PartitionLog } from '../../log/partition-log.ts'
import type { Checksum, Clock } from '../../ports.ts'
import { KRaftVersionRecord } from '../../protocol/control/kraft-version-record.ts'
import { LeaderChangeMessage } from '../../protocol/control/leader-change-message.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { ControlRecordType } from '../../protocol/records/control-record.ts'
import { type MetadataBatch, MetadataCorruptionError, readMetadataBatches } from '../../storage/metadata-batches.ts'
import { controlBatch, dataBatch, type QuorumControlRecord } from '../../storage/snapshot-format.ts'
import type { SnapshotStore } from './snapshot-store.ts'

const readBytesMax = 1024 * 1024

/** A batch that was appended: where the metadata log then stands, and when the batch is written (but not yet synced). */
export interface AppendedBatch {
  readonly provenance: MetadataProvenance
  readonly written: Promise<void> | undefined
}

/** Records that must take effect together are more than `internal.metadata.max.batch.size.in.bytes`. */
export class MetadataBatchTooLargeError extends Error {
  override readonly name = 'MetadataBatchTooLargeError'

  constructor(sizeInBytes: number) {
    super(`A batch of ${sizeInBytes} bytes is too large for the metadata log`)
  }
}

/** `__cluster_metadata-0` as records: what stands in it, and appending to it. */
export class MetadataLog {
  readonly #log: PartitionLog
  readonly #clock: Clock
  readonly #checksum: Checksum
  #quorumRecords: QuorumControlRecord[] = []
  #bytesSinceSnapshot = 0

  constructor(log: PartitionLog, clock: Clock, checksum: Checksum) {
    this.#log = log
    this.#clock = clock
    this.#checksum = checksum
  }

  /** 0 with static voters; 1 in a directory that was formatted for dynamic ones (KIP-853). */
  get kraftVersion(): number {
    const record = this.#quorumRecords.find(({ type }) => type === ControlRecordType.KRAFT_VERSION)
    return record === undefined ? 0 : KRaftVersionRecord.decode(record.value, 0).kRaftVersion
  }

  /** The quorum's own records, which every snapshot repeats. */
  get quorumRecords(): readonly QuorumControlRecord[] {
    return this.#quorumRecords
  }

  get endOffset(): number {
    return this.#log.nextOffset
  }

  get lastEpoch(): number {
    return this.#log.latestEpoch
  }

  get sizeInBytes(): number {
    return this.#log.sizeInBytes
  }

  /** Bytes appended since the last snapshot, or replayed after it. */
  get bytesSinceSnapshot(): number {
    return this.#bytesSinceSnapshot
  }

  /** The latest snapshot, and all that the log holds after it. */
  async load(snapshots: SnapshotStore, options: ReplayOptions): Promise<MetadataReplay> {
    const replay = new MetadataReplay(emptyMetadataImage, options)
    const snapshot = snapshots.latest
    let offset = 0
    if (snapshot !== undefined) {
      offset = snapshot.endOffset
      const provenance = { lastContainedOffset: offset - 1, lastContainedEpoch: snapshot.epoch }
      const batches = await snapshots.read(snapshot)
      const records = batches.flatMap(batch => batch.records)
      for (const batch of batches) this.#keepQuorumRecords(batch)
      replay.replay(records, { ...provenance, lastContainedLogTimeMs: batches.at(-1)?.timestampMs ?? -1 })
      // A crash may have come between the snapshot and what it covers.
      if (this.#log.nextOffset < offset) await this.#log.truncateFullyAndStartAt(offset)
    }
    if (this.#log.logStartOffset > offset) {
      throw new MetadataCorruptionError(
        `the metadata log begins at offset ${this.#log.logStartOffset}, but no snapshot reaches so far`,
      )
    }
    while (offset < this.#log.logEndOffset) {
      const batches = await this.#read(offset)
      assert(batches.length > 0, `the metadata log yields nothing at offset ${offset}`)
      for (const batch of batches) {
        this.#keepQuorumRecords(batch)
        this.#bytesSinceSnapshot += batch.sizeInBytes
        replay.replay(batch.records, {
          lastContainedOffset: batch.lastOffset,
          lastContainedEpoch: batch.epoch,
          lastContainedLogTimeMs: batch.timestampMs,
        })
        offset = batch.lastOffset + 1
      }
    }
    return replay
  }

  /** The first batch of an epoch. */
  appendLeaderChange(epoch: number, leaderId: number): AppendedBatch {
    this.#log.assignEpochStartOffset(epoch, this.#log.nextOffset)
    const voters = [{ voterId: leaderId }]
    const value = LeaderChangeMessage.encodeContiguous({ version: 0, leaderId, voters, grantingVoters: voters }, 0)
    return this.#append(epoch, place =>
      controlBatch([{ type: ControlRecordType.LEADER_CHANGE, value }], place, this.#checksum),
    )
  }

  /** One batch, which takes effect whole or not at all. */
  append(epoch: number, records: readonly MetadataRecord[]): AppendedBatch {
    const values = records.map(encodeMetadataRecord)
    return this.#append(epoch, place => dataBatch(values, place, this.#checksum))
  }

  /** Everything appended and written before the call is on stable storage, and may be read as committed. */
  async flush(): Promise<void> {
    await this.#log.flush()
  }

  updateHighWatermark(offset: number): void {
    this.#log.updateHighWatermark(offset)
  }

  snapshotTaken(): void {
    this.#bytesSinceSnapshot = 0
  }

  /** What a snapshot covers need not be kept. */
  forgetBelow(offset: number): void {
    this.#log.incrementLogStartOffset(offset)
  }

  #append(
    epoch: number,
    batchAt: (place: { offset: number; epoch: number; timestampMs: number }) => Uint8Array,
  ): AppendedBatch {
    const timestampMs = this.#clock.nowMs()
    const batch = batchAt({ offset: this.#log.nextOffset, epoch, timestampMs })
    const outcome = this.#log.appendAsLeader(batch, { leaderEpoch: epoch, origin: 'raft-leader' })
    if (isTooLarge(outcome)) throw new MetadataBatchTooLargeError(batch.length)
    if (!('lastOffset' in outcome))
      throw new AssertionError(`the metadata log refuses a batch: ${outcome.errorMessage}`)
    this.#bytesSinceSnapshot += batch.length
    const provenance = {
      lastContainedOffset: outcome.lastOffset,
      lastContainedEpoch: epoch,
      lastContainedLogTimeMs: timestampMs,
    }
    return { provenance, written: outcome.written }
  }

  async #read(offset: number): Promise<MetadataBatch[]> {
    const outcome = await this.#log.read(offset, { maxBytes: readBytesMax, isolation: 'log-end', minOneBatch: true })
    if (!('chunks' in outcome)) throw new AssertionError(`the metadata log cannot be read at offset ${offset}`)
    // Records keep views of the bytes, so these are copied out of the log's own buffers.
    const bytes = Buffer.concat(outcome.chunks)
    outcome.release()
    return [...readMetadataBatches(bytes, '__cluster_metadata-0', this.#checksum)]
  }

  #keepQuorumRecords({ controls }: MetadataBatch): void {
    for (const control of controls) {
      if (control.type !== ControlRecordType.KRAFT_VERSION && control.type !== ControlRecordType.KRAFT_VOTERS) continue
      this.#quorumRecords = [...this.#quorumRecords.filter(({ type }) => type !== control.type), control].sort(
        (a, b) => a.type - b.type,
      )
    }
  }
}

function isTooLarge(outcome: AppendOutcome): boolean {
  if (!('errorCode' in outcome)) return false
  return outcome.errorCode === ErrorCode.MESSAGE_TOO_LARGE || outcome.errorCode === ErrorCode.RECORD_LIST_TOO_LARGE
}
