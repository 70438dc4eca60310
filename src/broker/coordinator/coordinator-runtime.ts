import type { CoordinatorResult, CoordinatorShard } from '../../coordinator/coordinator-shard.ts'
import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { CoordinatorPartition } from './coordinator-partition.ts'
import { type EndedTransaction, ShardContext, type ShardEnvironment } from './shard-context.ts'
import type { VerifiedProducer } from './shard-log.ts'

/**
 * Joins shards of a coordinator to the partitions of its internal topic: loads them, runs requests and deadlines on
 * them in order, appends what they decide, and holds each response until it is committed.
 *
 * `refused` says how an error reads as a response: COORDINATOR_LOAD_IN_PROGRESS while the shard loads,
 * NOT_COORDINATOR where it is not led here or was given up meanwhile, REQUEST_TIMED_OUT where the commit takes too
 * long, UNKNOWN_SERVER_ERROR where the shard has a bug, which ends the broker, else why the log does not take the
 * records now.
 */
export class CoordinatorRuntime<Record, Shard extends CoordinatorShard<Record>> {
  readonly #environment: ShardEnvironment<Record, Shard>
  readonly #contexts = new Map<number, ShardContext<Record, Shard>>()

  constructor(environment: ShardEnvironment<Record, Shard>) {
    this.#environment = environment
  }

  write<Response>(
    partition: number,
    operation: (shard: Shard, now: Instant) => CoordinatorResult<Record, Response>,
    refused: (errorCode: number) => Response,
  ): Response | Promise<Response> {
    const context = this.#contexts.get(partition)
    return context === undefined ? refused(ErrorCode.NOT_COORDINATOR) : context.write(operation, refused)
  }

  /** As `write`, for records that become part of a transaction: pending until it ends. */
  writeInTransaction<Response>(
    partition: number,
    producer: VerifiedProducer,
    operation: (shard: Shard, now: Instant) => CoordinatorResult<Record, Response>,
    refused: (errorCode: number) => Response,
  ): Response | Promise<Response> {
    const context = this.#contexts.get(partition)
    return context === undefined ? refused(ErrorCode.NOT_COORDINATOR) : context.write(operation, refused, producer)
  }

  /** Writes a transaction's marker and applies it. 0 once it is committed, else an error as `refused` gets them. */
  endTransaction(partition: number, transaction: EndedTransaction): number | Promise<number> {
    return this.#contexts.get(partition)?.endTransaction(transaction) ?? ErrorCode.NOT_COORDINATOR
  }

  /** As `write`, for a response that the shard gives out itself, at once or when others have come. */
  writeAndAwait<Response>(
    partition: number,
    operation: (shard: Shard, now: Instant, answer: (response: Response) => void) => CoordinatorResult<Record>,
    refused: (errorCode: number) => Response,
  ): Response | Promise<Response> {
    const context = this.#contexts.get(partition)
    return context === undefined ? refused(ErrorCode.NOT_COORDINATOR) : context.writeAndAwait(operation, refused)
  }

  /** Answered when what it saw is committed. */
  read<Response>(
    partition: number,
    operation: (shard: Shard, now: Instant) => Response,
    refused: (errorCode: number) => Response,
  ): Response | Promise<Response> {
    const context = this.#contexts.get(partition)
    return context === undefined ? refused(ErrorCode.NOT_COORDINATOR) : context.read(operation, refused)
  }

  /** Asks every shard that is led here. */
  readAll<Response>(
    operation: (shard: Shard, now: Instant) => Response,
    refused: (errorCode: number) => Response,
  ): Promise<Response[]> {
    return Promise.all(Array.from(this.#contexts.values(), context => context.read(operation, refused)))
  }

  /** Runs on every shard that is led here, on one that is loading once it is loaded. Resolves when all is committed. */
  async writeAll(operation: (shard: Shard, now: Instant) => CoordinatorResult<Record>): Promise<void> {
    const refused = (errorCode: number): undefined => {
      this.#environment.logger.error(`A write to every partition was refused by one: error ${errorCode}`)
    }
    const written = Array.from(this.#contexts.values(), context => {
      if (context.isActive) return context.write(operation, refused)
      context.whenLoaded(() => context.write(operation, refused))
      return undefined
    })
    await Promise.all(written)
  }

  /** Tells every shard that is led here of something that is not for it to write; one that is loading, once loaded. */
  tellAll(tell: (shard: Shard) => void): void {
    for (const context of this.#contexts.values()) context.whenLoaded(() => context.tell(tell))
  }

  /** This broker leads the partition from now on: its shard is loaded, without holding up the others. */
  elected(partition: CoordinatorPartition): void {
    const known = this.#contexts.get(partition.index)
    if (known !== undefined && known.partition.leaderEpoch >= partition.leaderEpoch && known.errorCode === 0) return
    known?.close()
    this.#contexts.set(partition.index, new ShardContext(partition, this.#environment))
  }

  /** Gives the shard up. One of a later epoch than `leaderEpoch` stays; without it (the topic is gone) it goes. */
  resigned(partition: number, leaderEpoch: number | undefined): void {
    const context = this.#contexts.get(partition)
    if (context === undefined || (leaderEpoch !== undefined && context.partition.leaderEpoch > leaderEpoch)) return
    this.#contexts.delete(partition)
    context.close()
  }

  /** Gives every shard up. */
  close(): void {
    for (const context of this.#contexts.values()) context.close()
    this.#contexts.clear()
  }
}
