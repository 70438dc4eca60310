import { assignmentsPerRequestMax, type DirectoryAssignment } from '../../controller/directory-assignment.ts'
import type { Logger } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { ControllerClient } from '../metadata/controller-client.ts'

/** `AssignmentsManager.STANDARD_BACKOFF`, without its jitter: there is one broker to one controller here. */
const backoffMsMin = 100
const backoffMsMax = 10_000

export interface DirectoryAssignmentsOptions {
  readonly nodeId: number
  readonly controller: ControllerClient
  readonly brokerEpoch: () => number
  /** Whether the cluster's metadata version knows directories. */
  readonly isSupported: () => boolean
  readonly deadlines: Deadlines
  readonly logger: Logger
}

interface Pending extends DirectoryAssignment {
  readonly settle: (isAssigned: boolean) => void
}

/**
 * Tells the controller in which directories replicas lie (`AssignmentsManager`): one request at a time, with all that
 * has gathered meanwhile; what the controller refuses is tried again until it is accepted or something later replaces it.
 */
export class DirectoryAssignments {
  readonly #options: DirectoryAssignmentsOptions
  /** The latest of each replica. */
  readonly #ready = new Map<string, Pending>()
  #isSending = false
  #failures = 0
  #isClosed = false

  constructor(options: DirectoryAssignmentsOptions) {
    this.#options = options
  }

  /** Resolves with whether the metadata names that directory now; not, where a later assignment has replaced this one. */
  assign(assignment: DirectoryAssignment): Promise<boolean> {
    if (!this.#options.isSupported()) return Promise.resolve(true)
    return new Promise(resolve => {
      const key = `${assignment.topicId}:${assignment.partitionIndex}`
      this.#ready.get(key)?.settle(false)
      if (this.#isClosed) return resolve(false)
      this.#ready.set(key, { ...assignment, settle: resolve })
      this.#sendSoon()
    })
  }

  close(): void {
    this.#isClosed = true
    for (const pending of this.#ready.values()) pending.settle(false)
    this.#ready.clear()
  }

  #sendSoon(): void {
    if (this.#isSending || this.#isClosed) return
    this.#isSending = true
    // In a later turn: a topic's partitions come one by one. After failures, after a while.
    const delayMs = this.#failures === 0 ? 0 : Math.min(backoffMsMin * 2 ** (this.#failures - 1), backoffMsMax)
    this.#options.deadlines.after(delayMs, () => void this.#send())
  }

  async #send(): Promise<void> {
    const { controller, nodeId, brokerEpoch, logger } = this.#options
    const sent = [...this.#ready].slice(0, assignmentsPerRequestMax)
    for (const [key] of sent) this.#ready.delete(key)
    const assignments = sent.map(([, pending]) => pending)
    try {
      const request = { brokerId: nodeId, brokerEpoch: brokerEpoch(), assignments }
      const { errorCode, errorCodes } = await controller.assignReplicasToDirs(request)
      if (errorCode !== ErrorCode.NONE) throw new Error(`AssignReplicasToDirs is refused with ${errorCode}`)
      this.#failures = 0
      for (const [index, [key, pending]] of sent.entries()) this.#answered(key, pending, errorCodes[index] as number)
    } catch (error) {
      this.#failures++
      logger.warn(`${sent.length} directory assignments failed`, error)
      for (const [key, pending] of sent) this.#retry(key, pending)
    }
    this.#isSending = false
    if (this.#ready.size > 0) this.#sendSoon()
  }

  #answered(key: string, pending: Pending, errorCode: number): void {
    const { logger } = this.#options
    pending.settle(errorCode === ErrorCode.NONE)
    // Its topic is gone, or is not here any more: nobody needs to know where it lay.
    if (errorCode !== ErrorCode.NONE) logger.info(`The directory of ${key} is not assigned: ${errorCode}`)
  }

  #retry(key: string, pending: Pending): void {
    if (this.#ready.has(key) || this.#isClosed) pending.settle(false)
    else this.#ready.set(key, pending)
  }
}

/** The ids of this node's directories (`meta.properties`). */
export class DirectoryIds {
  readonly #byPath: ReadonlyMap<string, Uuid>

  constructor(byPath: ReadonlyMap<string, Uuid>) {
    this.#byPath = byPath
  }

  of(logDir: string): Uuid | undefined {
    return this.#byPath.get(logDir)
  }

  pathOf(directoryId: Uuid | undefined): string | undefined {
    for (const [path, id] of this.#byPath) if (id === directoryId) return path
    return undefined
  }
}
