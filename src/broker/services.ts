import type { Clock, Deadlines, Disk, Loggers, Random } from '../ports.ts'

/**
 * What handlers reach the rest of the broker through; made once by `server.ts`. A room that serves handlers adds
 * its field here, typed by its own published interface.
 */
export interface BrokerServices {
  readonly nodeId: number
  /** 22 characters of base64url. */
  readonly clusterId: string
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly disk: Disk
  readonly loggers: Loggers
  readonly random: Random
  /** A bug was found: the broker ends and its `closed` promise rejects with `error`. */
  fail(error: unknown): void
}
