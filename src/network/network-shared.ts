import type { MemoryBudget } from '../memory/memory-budget.ts'
import type { Clock, Logger } from '../ports.ts'
import type { Deadlines } from '../timers/deadlines.ts'
import type { Connection } from './connection.ts'
import type { SharedReceiveBuffer } from './frame-assembler.ts'
import type { FramePool } from './frame-pool.ts'
import type { RequestMemory } from './request-memory.ts'
import type { RequestQueue } from './request-queue.ts'
import type { ResponseHeaders } from './response-queue.ts'

/** What the connections of one broker have in common. */
export interface NetworkShared {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly budget: MemoryBudget
  readonly requestMemory: RequestMemory
  readonly requestQueue: RequestQueue
  readonly framePool: FramePool
  readonly receiveBuffer: SharedReceiveBuffer
  readonly responseHeaders: ResponseHeaders
  readonly log: Logger
  readonly logPrefix: string
  /** `socket.request.max.bytes`. */
  readonly frameBytesMax: number
  /** With more than this unsent, a connection starts no further request. */
  readonly unsentBytesMax: number
  /** `connections.max.idle.ms` */
  idleMsMax(): number
  connectionClosed(connection: Connection): void
  /** A connection has begun to wait for the budget. */
  memoryIsShort(): void
}
