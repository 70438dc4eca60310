import type { CoordinatorResult, CoordinatorShard, TransactionOutcome } from '../../coordinator/coordinator-shard.ts'
import type { Instant } from '../../coordinator/instant.ts'
import type { CoordinatorPartition } from './coordinator-partition.ts'

/** Gives out a response that no single request leads to, such as JoinGroup's. Only the first call counts. */
export type AnswerLater<Response> = (response: Response) => void

/**
 * Joins shards of a coordinator to the partitions of its internal topic: loads them, runs requests and deadlines on
 * them in order, appends what they decide, and holds each response until it is committed.
 *
 * `refused` says how an error reads as a response: COORDINATOR_LOAD_IN_PROGRESS while the shard loads,
 * NOT_COORDINATOR when it is not led here or was given up meanwhile, COORDINATOR_NOT_AVAILABLE when the log does not
 * take the records now.
 */
export interface CoordinatorRuntime<Record, Shard extends CoordinatorShard<Record>> {
  /** Partitions whose shard is loaded. */
  readonly activePartitions: readonly number[]
  write<Response>(
    partition: number,
    operation: (shard: Shard, now: Instant) => CoordinatorResult<Record, Response>,
    refused: (errorCode: number) => Response,
  ): Promise<Response>
  /** As `write`, for an operation whose response the shard gives out itself, at once or when others have come. */
  writeAndAwait<Response>(
    partition: number,
    operation: (shard: Shard, now: Instant, answer: AnswerLater<Response>) => CoordinatorResult<Record>,
    refused: (errorCode: number) => Response,
  ): Promise<Response>
  /** Answered when what it saw is committed. */
  read<Response>(
    partition: number,
    operation: (shard: Shard, now: Instant) => Response,
    refused: (errorCode: number) => Response,
  ): Promise<Response>
  /** Writes the control record that ends a transaction. Resolves with an error code. */
  completeTransaction(
    partition: number,
    producerId: number,
    producerEpoch: number,
    coordinatorEpoch: number,
    outcome: TransactionOutcome,
  ): Promise<number>
  /** This broker leads the partition from now on: its shard is loaded, without holding up the others. */
  elected(partition: CoordinatorPartition): void
  /** Gives the shard up. A `leaderEpoch` older than the shard's is ignored; without one (deleted) it always goes. */
  resigned(partition: number, leaderEpoch?: number): void
  /** Gives every shard up. */
  close(): void
}
