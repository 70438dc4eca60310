import type { Clock, Disk, Logger, Offload, Random } from '../ports.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { FilePool } from './file-pool.ts'
import type { IndexCache } from './index-cache.ts'
import type { ValidationTools } from './produce-validation.ts'
import type { TailCache } from './tail-cache.ts'

/** What all logs of a broker share. */
export interface LogEnvironment {
  readonly disk: Disk
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly offload: Offload
  /** For what requests wait for. */
  readonly requestOffload: Offload
  readonly validation: ValidationTools
  readonly filePool: FilePool
  readonly bufferPool: BufferPool
  readonly indexCache: IndexCache
  readonly tailCache: TailCache
  /** How many appends and reads have been asked for. */
  readonly served: { count: number }
  /** `producer.id.expiration.ms`, which may change at any time. */
  readonly producerIdExpirationMs: () => number
  /** `transaction.partition.verification.enable`, which may change at any time. */
  readonly isTransactionVerificationEnabled: () => boolean
}
