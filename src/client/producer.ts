import type { Checksum, Clock, Compression } from '../ports.ts'
import { InitProducerId } from '../protocol/apis/init-producer-id.ts'
import { Metadata } from '../protocol/apis/metadata.ts'
import { Produce } from '../protocol/apis/produce.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { type RecordToWrite, writeBatch } from '../protocol/records/batch-writer.ts'
import type { CompressionType } from '../protocol/records/compression-type.ts'
import { incrementSequence } from '../protocol/records/record-batch.ts'
import { ClientError, throwIfError } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'
import { partitionOfKey } from './murmur2.ts'
import { askLeaders, type TopicPartition } from './partitions.ts'

export interface ProducerOptions {
  readonly acks: number
  readonly timeoutMs: number
  readonly compressionType: CompressionType
  /** Bytes of records in one batch, as they are before compression. */
  readonly batchBytesMax: number
}

export interface ProducerPorts {
  readonly clock: Clock
  readonly checksum: Checksum
  readonly compression: Compression
}

export interface RecordToSend {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly { readonly key: string; readonly value: Uint8Array | null }[]
  /** Chosen by the key, as Kafka's producers do, where it is left out. */
  readonly partition?: number | undefined
  /** Milliseconds since the Unix epoch; now where it is left out. */
  readonly timestamp?: number
}

export interface RefusedRecord {
  readonly record: RecordToSend
  /** Why its batch was refused. */
  readonly error: ClientError
  /** What is wrong with this very record, where the broker says so. */
  readonly fault: string | undefined
}

interface UnwrittenBatch extends TopicPartition {
  readonly records: RecordToSend[]
}

interface Batch extends TopicPartition {
  readonly records: readonly RecordToSend[]
  readonly bytes: Uint8Array
}

/** About what a record costs besides key, value and headers; and a header besides its own. */
const recordOverheadBytes = 24
const headerOverheadBytes = 8

/** About as many as the record takes in a batch, rather more than fewer. */
export function recordBytes({ key, value, headers = [] }: RecordToSend): number {
  const bytes = (key?.length ?? 0) + (value?.length ?? 0) + recordOverheadBytes
  // In UTF-8 a character of JavaScript's takes three bytes at the most.
  return headers.reduce((sum, of) => sum + 3 * of.key.length + (of.value?.length ?? 0) + headerOverheadBytes, bytes)
}

/**
 * Appends records to one topic, an idempotent producer: what is sent again after a lost answer is stored once. The
 * topic is created where the broker creates topics on its own.
 */
export class TopicProducer {
  readonly #client: KafkaClient
  readonly #topic: string
  readonly #options: ProducerOptions
  readonly #ports: ProducerPorts
  #partitionCount = 0
  #producerId = -1
  #producerEpoch = -1
  readonly #nextSequences = new Map<number, number>()
  /** Where records without a key go until the next call of `send`. */
  #keylessPartition = 0

  constructor(client: KafkaClient, topic: string, options: ProducerOptions, ports: ProducerPorts) {
    this.#client = client
    this.#topic = topic
    this.#options = options
    this.#ports = ports
  }

  /** Resolves when each record is stored or refused, with those that were refused and why. */
  async send(records: readonly RecordToSend[]): Promise<RefusedRecord[]> {
    if (this.#partitionCount === 0) await this.#prepare()
    this.#keylessPartition = (this.#keylessPartition + 1) % this.#partitionCount
    const refused: RefusedRecord[] = []
    // One batch per partition at a time: of later ones the sequence depends on how the earlier ones fared.
    for (let rounds = this.#batches(records); rounds.some(({ length }) => length > 0); ) {
      const batches = rounds.flatMap(round => round.shift() ?? [])
      refused.push(...(await this.#sendBatches(batches)))
    }
    return refused
  }

  async #prepare(): Promise<void> {
    await this.#client.retrying(async () => {
      const response = await this.#client.ask(Metadata, {
        topics: [{ name: this.#topic }],
        allowAutoTopicCreation: true,
      })
      const topic = response.topics[0]!
      throwIfError(topic.errorCode)
      this.#partitionCount = topic.partitions.length
    })
    if (this.#options.acks !== -1) return
    await this.#client.retrying(async () => {
      const response = await this.#client.ask(InitProducerId, {
        transactionalId: null,
        transactionTimeoutMs: 0x7fffffff,
      })
      throwIfError(response.errorCode)
      this.#producerId = Number(response.producerId)
      this.#producerEpoch = response.producerEpoch
    })
  }

  /** For each partition the records of its batches, in order. */
  #batches(records: readonly RecordToSend[]): UnwrittenBatch[][] {
    const partitions = new Map<number, (UnwrittenBatch & { bytes: number })[]>()
    for (const record of records) {
      const partition = record.partition ?? this.#partitionOf(record)
      const batches = partitions.get(partition) ?? []
      partitions.set(partition, batches)
      const bytes = recordBytes(record)
      let last = batches.at(-1)
      if (last === undefined || last.bytes + bytes > this.#options.batchBytesMax) {
        last = { topic: this.#topic, partition, records: [], bytes: 0 }
        batches.push(last)
      }
      last.records.push(record)
      last.bytes += bytes
    }
    return [...partitions.values()]
  }

  #partitionOf({ key }: RecordToSend): number {
    return key === null ? this.#keylessPartition : partitionOfKey(key, this.#partitionCount)
  }

  async #sendBatches(unwritten: readonly UnwrittenBatch[]): Promise<RefusedRecord[]> {
    const faults = new Map<RecordToSend, string>()
    const batches = unwritten.map(batch => ({ ...batch, bytes: this.#written(batch) }))
    const { acks, timeoutMs } = this.#options
    const answers = await askLeaders<Batch, 'stored'>(this.#client, batches, async (leader, led) => {
      const response = await leader.send(
        Produce,
        {
          acks: acks === 0 ? 1 : acks,
          timeoutMs,
          topicData: [
            {
              name: this.#topic,
              partitionData: led.map(({ partition, bytes }) => ({ index: partition, records: bytes })),
            },
          ],
        },
        // Later ones go by topic id.
        12,
      )
      const answered = response.responses[0]!.partitionResponses
      return new Map(
        led.map(batch => {
          const answer = answered.find(({ index }) => index === batch.partition)!
          const { errorCode, errorMessage } = answer
          for (const { batchIndex, batchIndexErrorMessage: fault } of answer.recordErrors) {
            const record = batch.records[batchIndex]
            if (record !== undefined && fault !== null) faults.set(record, fault)
          }
          const isStored = errorCode === 0 || errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER
          return [batch, isStored ? 'stored' : new ClientError(errorCode, errorMessage)]
        }),
      )
    })
    const refused: RefusedRecord[] = []
    for (const [batch, answer] of answers) {
      if (answer instanceof ClientError) {
        for (const record of batch.records) refused.push({ record, error: answer, fault: faults.get(record) })
      } else
        this.#nextSequences.set(
          batch.partition,
          incrementSequence(this.#sequence(batch.partition), batch.records.length),
        )
    }
    return refused
  }

  #written({ partition, records }: UnwrittenBatch): Uint8Array {
    const { checksum, compression } = this.#ports
    const isIdempotent = this.#producerId >= 0
    const nowMs = this.#ports.clock.nowMs()
    return writeBatch(
      records.map(({ key, value, headers, timestamp = nowMs }): RecordToWrite => {
        const record = { timestamp, key, value }
        return headers === undefined ? record : { ...record, headers }
      }),
      {
        compressionType: this.#options.compressionType,
        ...(isIdempotent
          ? {
              producerId: this.#producerId,
              producerEpoch: this.#producerEpoch,
              baseSequence: this.#sequence(partition),
            }
          : {}),
      },
      { crc32c: bytes => checksum.crc32c(bytes), compress: (type, bytes) => compression.compress(type, bytes) },
    )
  }

  #sequence(partition: number): number {
    return this.#nextSequences.get(partition) ?? 0
  }
}
