import type { DiskFile } from '../../ports.ts'
import { batchesOf } from '../../protocol/records/record-batch.ts'
import { PooledFile } from '../file-pool.ts'
import type { LogState } from '../log-state.ts'
import { OffsetIndex } from '../offset-index.ts'
import type { CompletedTransaction } from '../producer-state.ts'
import { Segment } from '../segment.ts'
import { TimeIndex } from '../time-index.ts'
import { TransactionIndex } from '../transaction-index.ts'

/** What takes the place of a group of segments, while it is written to `.cleaned` files. */
export class CleanedSegment {
  readonly segment: Segment
  readonly #state: LogState
  #file: DiskFile | undefined
  #writing: Promise<void> | undefined
  /** When the last of the segments was written to. */
  readonly #modifiedMs: number

  constructor(state: LogState, group: readonly Segment[]) {
    const { baseOffset } = group[0]!
    const last = group[group.length - 1]!
    this.#state = state
    this.#modifiedMs = last.modifiedMs
    this.segment = new Segment({
      baseOffset,
      file: new PooledFile(`${state.files.path(baseOffset, '.log')}.cleaned`, false),
      sizeInBytes: 0,
      offsetIndex: new OffsetIndex(baseOffset),
      timeIndex: new TimeIndex(baseOffset),
      nowMs: group[0]!.createdMs,
      modifiedMs: last.modifiedMs,
      rollJitterMs: last.rollJitterMs,
    })
  }

  async open(): Promise<void> {
    this.#file = await this.#state.environment.disk.open(this.segment.file.path, 'create')
    await this.#file.truncate(0)
  }

  /** Whole batches, behind those appended before; they are being written when it resolves, until `written` is called. */
  async append(bytes: Uint8Array, written: () => void): Promise<void> {
    const { segment } = this
    const position = segment.nextPosition
    for (const batch of batchesOf(bytes)) segment.add(batch, this.#state.config.indexIntervalBytes)
    await this.#writing
    this.#writing = this.#file!.write([bytes], position, 'background')?.then(written)
    // Whoever waits for it next sees what becomes of it.
    if (this.#writing === undefined) written()
    else this.#writing.catch(() => undefined)
    segment.writtenBytes = segment.nextPosition
  }

  /** Everything is on stable storage when it resolves, under names that the next start removes. */
  async finish(abortedTransactions: CompletedTransaction[]): Promise<void> {
    const { segment } = this
    segment.seal()
    segment.transactionIndex = TransactionIndex.of(abortedTransactions)
    await this.#writing
    await this.#file!.sync()
    // By which `retention.ms` is measured where no record has a timestamp.
    await this.#file!.setModifiedMs(this.#modifiedMs)
    await this.#close()
    await this.#write('.index', segment.offsetIndex!.toBytes())
    await this.#write('.timeindex', segment.timeIndex!.toBytes())
    if (abortedTransactions.length > 0) await this.#write('.txnindex', segment.transactionIndex.toBytes())
    await this.#state.environment.disk.syncDirectory(this.#state.files.directory)
  }

  async #write(suffix: '.index' | '.timeindex' | '.txnindex', bytes: Uint8Array): Promise<void> {
    const path = `${this.#state.files.path(this.segment.baseOffset, suffix)}.cleaned`
    const file = await this.#state.environment.disk.open(path, 'create')
    try {
      await file.truncate(bytes.length)
      await file.write([bytes], 0)
      await file.sync()
      await file.setModifiedMs(this.#modifiedMs)
    } finally {
      await file.close()
    }
  }

  /** The attempt is given up. */
  async discard(): Promise<void> {
    await this.#close()
    const { disk } = this.#state.environment
    for (const suffix of ['.index', '.timeindex', '.txnindex', '.log'] as const) {
      await disk.remove(`${this.#state.files.path(this.segment.baseOffset, suffix)}.cleaned`).catch(() => undefined)
    }
  }

  async #close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await this.#writing?.catch(() => undefined)
    await file?.close()
  }
}
