import type { LogConfig } from '../../src/log/log-config.ts'
import type {
  AppendOutcome,
  PartitionLog,
  PartitionLogListener,
  ReadIsolation,
  ReadOutcome,
} from '../../src/log/partition-log.ts'
import { toUuid } from '../../src/protocol/uuid.ts'
import { defaultLogConfig } from '../support/default-log-config.ts'

/** As much of a log as a partition touches: batches of one record each, written when the test says so. */
export class MemoryLog {
  readonly topic = 'topic'
  readonly partition = 0
  readonly topicId = toUuid('AAAAAAAAAAAAAAAAAAAABQ')
  readonly logDir = '/logs'
  config: LogConfig = defaultLogConfig
  readonly logStartOffset = 0
  listener: PartitionLogListener | undefined
  isOffline = false
  logEndOffset = 0
  nextOffset = 0
  highWatermark = 0
  writesAtOnce = true
  /** What the next append waits for although it is written. */
  flushed: Promise<void> | undefined
  readonly epochs: { epoch: number; startOffset: number }[] = []

  get lastStableOffset(): number {
    return this.highWatermark
  }

  /** As the `PartitionLog` it stands in for: what is missing is not called. */
  get asLog(): PartitionLog {
    return this as unknown as PartitionLog
  }

  produce(): AppendOutcome {
    const baseOffset = this.nextOffset++
    const written = this.writesAtOnce ? this.flushed : Promise.resolve()
    if (this.writesAtOnce) this.write()
    return {
      errorCode: 0,
      baseOffset,
      lastOffset: baseOffset,
      logAppendTimeMs: -1,
      logStartOffset: 0,
      isDuplicate: false,
      written,
    }
  }

  write(): void {
    this.logEndOffset = this.nextOffset
    this.listener?.logEndOffsetMoved(this.asLog)
  }

  assignEpochStartOffset(epoch: number, startOffset: number): void {
    this.epochs.push({ epoch, startOffset })
  }

  updateHighWatermark(offset: number): void {
    this.highWatermark = offset
  }

  readableBytes(startOffset: number, isolation: ReadIsolation): number {
    const end = isolation === 'log-end' ? this.logEndOffset : this.highWatermark
    return Math.max(0, end - startOffset) * 100
  }

  /** When set, what a read ends with. */
  failure: Error | undefined

  async read(startOffset: number): Promise<ReadOutcome> {
    if (this.failure !== undefined) throw this.failure
    return {
      errorCode: 0,
      chunks: [],
      sizeInBytes: this.readableBytes(startOffset, 'high-watermark'),
      highWatermark: this.highWatermark,
      lastStableOffset: this.highWatermark,
      logStartOffset: 0,
      abortedTransactions: undefined,
      release() {},
    }
  }
}
