import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import type { Logger } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { MarkerAnswer, MarkerOrder } from '../../transactions/marker-order.ts'
import type { MarkerProgress } from '../../transactions/markers.ts'
import type { TopicPartition } from '../../transactions/topic-partition.ts'
import type { MarkerWriter } from './marker-writer.ts'

export interface MarkerSenderOptions {
  /** What is committed: markers are due before the listeners have been told of all there is. */
  readonly image: () => MetadataImage
  readonly deadlines: Deadlines
  readonly logger: Logger
  /** Whoever appends on that broker; `undefined` where it cannot be reached now. */
  readonly writerOf: (brokerId: number) => MarkerWriter | undefined
  /** Tells the shard. A number is why it could not note the answers, or write that the transaction is complete. */
  readonly report: (
    order: MarkerOrder,
    answers: readonly MarkerAnswer[],
  ) => MarkerProgress | number | Promise<MarkerProgress | number>
  readonly fail: (error: unknown) => void
}

/** Between two tries, so that a partition that has no leader does not keep the broker busy. */
const retryBackoffMs = 50

/**
 * Has the leaders of a transaction's partitions write its marker, until each has. Kafka's
 * `TransactionMarkerChannelManager`.
 */
export class MarkerSender {
  readonly #options: MarkerSenderOptions

  constructor(options: MarkerSenderOptions) {
    this.#options = options
  }

  send(order: MarkerOrder): void {
    this.#carryOut(order).catch(this.#options.fail)
  }

  async #carryOut(order: MarkerOrder): Promise<void> {
    let partitions = order.partitions
    for (;;) {
      const answers = await this.#tell(order, partitions)
      const progress = await this.#options.report(order, answers)
      if (typeof progress === 'number') {
        // Any other error gives the shard up: whoever loads it next orders the markers again.
        if (progress !== ErrorCode.COORDINATOR_NOT_AVAILABLE) return
        partitions = []
      } else if (progress.isOver) return
      else partitions = progress.retry
      await new Promise<void>(resolve => this.#options.deadlines.after(retryBackoffMs, resolve))
    }
  }

  async #tell(order: MarkerOrder, partitions: readonly TopicPartition[]): Promise<MarkerAnswer[]> {
    const answers: MarkerAnswer[] = []
    const byLeader = new Map<number, TopicPartition[]>()
    const image = this.#options.image()
    for (const { topic, partition } of partitions) {
      const registration = image.topics.byName(topic)?.partitions[partition]
      if (registration === undefined) {
        this.#options.logger.info(
          `Couldn't find leader endpoint for partition ${topic}-${partition} while trying to send transaction markers for ` +
            `${order.transactionalId}, it is likely deleted already and hence can be skipped`,
        )
        answers.push({ topic, partition, errorCode: ErrorCode.NONE })
        continue
      }
      const led = byLeader.get(registration.leader)
      if (led === undefined) byLeader.set(registration.leader, [{ topic, partition }])
      else led.push({ topic, partition })
    }
    const told = await Promise.all(Array.from(byLeader, ([leader, led]) => this.#tellLeader(order, leader, led)))
    for (const ofLeader of told) answers.push(...ofLeader)
    return answers
  }

  async #tellLeader(
    order: MarkerOrder,
    leader: number,
    partitions: readonly TopicPartition[],
  ): Promise<readonly MarkerAnswer[]> {
    const writer = this.#options.writerOf(leader)
    const { producerId, producerEpoch, outcome, coordinatorEpoch, transactionVersion } = order
    const marker = { producerId, producerEpoch, outcome, coordinatorEpoch, transactionVersion, partitions }
    const codes = writer === undefined ? [] : await writer.writeMarkers(marker)
    return partitions.map(({ topic, partition }, index) => ({
      topic,
      partition,
      errorCode: codes[index] ?? ErrorCode.NOT_LEADER_OR_FOLLOWER,
    }))
  }
}
