import type { Compression } from '../ports.ts'
import { Fetch } from '../protocol/apis/fetch.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { isCompressionType } from '../protocol/records/compression-type.ts'
import { ControlRecordType, controlRecordType } from '../protocol/records/control-record.ts'
import { type Record, recordsOf } from '../protocol/records/record.ts'
import { batchesOf, type RecordBatch } from '../protocol/records/record-batch.ts'
import type { ResponseOf } from '../protocol/schema/api.ts'
import { ClientError, throwIfError } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'
import { listOffsets, OffsetSpec } from './list-offsets.ts'
import { askLeaders, byTopic, partitionName, type TopicPartition } from './partitions.ts'

export interface FetchedRecord extends Record, TopicPartition {
  readonly isLogAppendTime: boolean
}

export interface FetcherOptions {
  readonly isReadCommitted: boolean
  /** Where to go on when an offset is outside of its log; without it that is an error. */
  readonly offsetReset: 'earliest' | 'latest' | undefined
  readonly maxWaitMs: number
  readonly partitionBytesMax: number
  readonly responseBytesMax: number
}

interface Position extends TopicPartition {
  offset: number
}

type PartitionAnswer = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number]

/** A batch may become this large when it is decompressed. */
const decompressedBytesMax = 256 * 1024 * 1024

/** Reads partitions from given offsets on, in order, without the records of aborted transactions if so asked. */
export class Fetcher {
  readonly #client: KafkaClient
  readonly #compression: Compression
  readonly #options: FetcherOptions
  readonly #positions = new Map<string, Position>()

  constructor(client: KafkaClient, compression: Compression, options: FetcherOptions) {
    this.#client = client
    this.#compression = compression
    this.#options = options
  }

  /** Where each partition is read on. */
  get positions(): readonly Readonly<Position>[] {
    return [...this.#positions.values()]
  }

  /** Reads from now on these partitions, and no others. */
  assign(positions: readonly Readonly<Position>[]): void {
    this.#positions.clear()
    for (const position of positions) this.#positions.set(partitionName(position), { ...position })
  }

  /** The next records; none where none came in time. Rejects with a `ClientError`. */
  async poll(): Promise<FetchedRecord[]> {
    const positions = [...this.#positions.values()]
    if (positions.length === 0) return []
    const answers = await askLeaders<Position, PartitionAnswer>(this.#client, positions, async (leader, led) => {
      const response = await leader.send(
        Fetch,
        {
          maxWaitMs: this.#options.maxWaitMs,
          minBytes: 1,
          maxBytes: this.#options.responseBytesMax,
          isolationLevel: this.#options.isReadCommitted ? 1 : 0,
          topics: Array.from(byTopic(led), ([topic, partitions]) => ({
            topic,
            partitions: partitions.map(({ partition, offset }) => ({
              partition,
              fetchOffset: offset,
              partitionMaxBytes: this.#options.partitionBytesMax,
            })),
          })),
          forgottenTopicsData: [],
        },
        // Later ones go by topic id.
        12,
      )
      throwIfError(response.errorCode)
      return new Map(
        led.map(position => {
          const answer = response.responses
            .find(({ topic }) => topic === position.topic)!
            .partitions.find(({ partitionIndex }) => partitionIndex === position.partition)!
          const isAnswer = answer.errorCode === 0 || answer.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE
          return [position, isAnswer ? answer : new ClientError(answer.errorCode)]
        }),
      )
    })
    const records: FetchedRecord[] = []
    for (const [position, answer] of answers) {
      if (answer instanceof ClientError) throw answer
      if (answer.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) await this.#reset(position)
      else records.push(...this.#recordsOf(position, answer))
    }
    return records
  }

  async #reset(position: Position): Promise<void> {
    const { offsetReset } = this.#options
    if (offsetReset === undefined) throw new ClientError(ErrorCode.OFFSET_OUT_OF_RANGE)
    const timestamp = offsetReset === 'earliest' ? OffsetSpec.EARLIEST : OffsetSpec.LATEST
    for (const offset of (await listOffsets(this.#client, [{ ...position, timestamp }])).values()) {
      if (offset instanceof ClientError) throw offset
      position.offset = offset
    }
  }

  #recordsOf(position: Position, { records: bytes, abortedTransactions }: PartitionAnswer): FetchedRecord[] {
    if (bytes === null) return []
    const found: FetchedRecord[] = []
    const aborted = new AbortedTransactions(this.#options.isReadCommitted ? (abortedTransactions ?? []) : [])
    for (const batch of batchesOf(bytes)) {
      const { topic, partition } = position
      if (!batch.isControl && !aborted.has(batch)) {
        const isLogAppendTime = batch.isLogAppendTime
        for (const record of this.#decoded(batch)) {
          if (record.offset >= position.offset) found.push({ ...record, topic, partition, isLogAppendTime })
        }
      } else if (batch.isControl) aborted.ended(batch, this.#decoded(batch))
      position.offset = Math.max(position.offset, batch.lastOffset + 1)
    }
    return found
  }

  #decoded(batch: RecordBatch): Record[] {
    const { compressionId, recordBytes } = batch
    if (!isCompressionType(compressionId)) throw new ClientError(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
    return recordsOf(batch, this.#compression.decompress(compressionId, recordBytes, decompressedBytesMax))
  }
}

/** Which producers' records belong to an aborted transaction at a place in the log. */
class AbortedTransactions {
  /** Those whose first record is still to come, in order. */
  readonly #coming: { readonly producerId: number; readonly firstOffset: number }[]
  readonly #open = new Set<number>()

  constructor(transactions: readonly { readonly producerId: number; readonly firstOffset: number }[]) {
    this.#coming = [...transactions].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  has(batch: RecordBatch): boolean {
    while (this.#coming.length > 0 && this.#coming[0]!.firstOffset <= batch.lastOffset) {
      this.#open.add(this.#coming.shift()!.producerId)
    }
    return batch.isTransactional && this.#open.has(batch.producerId)
  }

  ended(batch: RecordBatch, [marker]: readonly Record[]): void {
    if (marker !== undefined && controlRecordType(marker.key) === ControlRecordType.ABORT)
      this.#open.delete(batch.producerId)
  }
}
