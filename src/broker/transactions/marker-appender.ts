import type { Checksum, Clock } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { noProducerEpoch, noProducerId } from '../../protocol/records/record-batch.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { TopicPartition } from '../../transactions/topic-partition.ts'
import type { GroupCoordinator } from '../coordinator/group-coordinator.ts'
import { GROUP_METADATA_TOPIC } from '../internal-topics.ts'
import type { Partition } from '../partition.ts'
import type { ReplicaManager } from '../replica-manager.ts'
import type { MarkerWriter, TransactionMarker } from './marker-writer.ts'
import { transactionMarkerBatch } from './transaction-marker-batch.ts'

export interface MarkerAppenderOptions {
  readonly replicas: Pick<ReplicaManager, 'find'>
  readonly groupCoordinator: Pick<GroupCoordinator, 'endTransaction'>
  readonly clock: Clock
  readonly checksum: Checksum
  readonly deadlines: Deadlines
  /** How long a marker may take to be committed: `request.timeout.ms`. */
  readonly timeoutMs: () => number
}

/** What stands for no version: a marker of such a transaction nobody knows how to check. */
const unknownTransactionVersion = -1

/** Kafka's `KafkaApis.handleWriteTxnMarkersRequest`, for one marker. */
export class MarkerAppender implements MarkerWriter {
  readonly #options: MarkerAppenderOptions

  constructor(options: MarkerAppenderOptions) {
    this.#options = options
  }

  writeMarkers(marker: TransactionMarker): readonly number[] | Promise<readonly number[]> {
    const written = marker.partitions.map(partition => this.#write(marker, partition))
    return written.some(code => code instanceof Promise) ? Promise.all(written) : (written as number[])
  }

  #write(marker: TransactionMarker, { topic, partition: index }: TopicPartition): number | Promise<number> {
    const partition = this.#options.replicas.find(topic, index)
    // What lies in a failed directory is not known here any more: the coordinator asks again.
    if (partition === undefined || partition.log.isOffline) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    if (!canBeWritten(marker)) return ErrorCode.UNKNOWN_SERVER_ERROR
    if (topic === GROUP_METADATA_TOPIC) return this.#options.groupCoordinator.endTransaction(index, marker)
    return this.#append(marker, partition)
  }

  #append(marker: TransactionMarker, partition: Partition): number | Promise<number> {
    const { transactionVersion } = marker
    const { clock, checksum } = this.#options
    const batch = transactionMarkerBatch(marker, clock.nowMs(), checksum)
    const outcome = partition.appendAsLeader(batch, { origin: 'coordinator', transactionVersion })
    if (!('written' in outcome)) return outcome.errorCode
    const endOffset = outcome.lastOffset + 1
    if (outcome.written === undefined && partition.isCommitted(endOffset)) return ErrorCode.NONE
    return this.#whenCommitted(partition, endOffset, outcome.written)
  }

  async #whenCommitted(partition: Partition, endOffset: number, written: Promise<void> | undefined): Promise<number> {
    const { deadlines, timeoutMs } = this.#options
    try {
      await written
    } catch {
      return ErrorCode.KAFKA_STORAGE_ERROR
    }
    if (partition.isCommitted(endOffset)) return ErrorCode.NONE
    if (partition.errorCode !== 0) return partition.errorCode
    return await partition.whenCommitted(endOffset, timeoutMs(), deadlines)
  }
}

/** Kafka fails inside over the others, and so answers as it does to whatever it did not expect. */
function canBeWritten({ producerId, producerEpoch, transactionVersion }: TransactionMarker): boolean {
  return (
    producerId !== noProducerId && producerEpoch !== noProducerEpoch && transactionVersion !== unknownTransactionVersion
  )
}
