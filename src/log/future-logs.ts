import { assert } from '../assertion.ts'
import type { Disk, Logger, Random } from '../ports.ts'
import {
  cleanerOffsetFileName,
  futureDirectoryName,
  logStartOffsetFileName,
  partitionDirectoryName,
  recoveryPointFileName,
  setAsideDirectoryName,
} from './file-names.ts'
import type { LogCheckpoints } from './log-checkpoints.ts'
import type { LogDir } from './log-dir.ts'
import type { LogFactory } from './log-factory.ts'
import type { LogRegistry } from './log-registry.ts'
import type { PartitionLog } from './partition-log.ts'
import { randomHex } from './random-hex.ts'
import type { SegmentedLog } from './segmented-log.ts'

/** Clients name partitions that may never come to be. */
const preferredDirsMax = 10_000

export interface FutureLogsOptions {
  readonly dirs: readonly LogDir[]
  readonly registry: LogRegistry
  readonly checkpoints: LogCheckpoints
  readonly factory: LogFactory
  readonly disk: Disk
  readonly logger: Logger
  readonly random: Random
  /**
   * Takes away a log that the registry does not know any more. With `isBeingRead` reads of it go on until
   * `file.delete.delay.ms` is over.
   */
  readonly remove: (log: SegmentedLog, dir: LogDir, isBeingRead: boolean) => Promise<unknown>
}

/**
 * Copies of partitions in other entries of `log.dirs`, on their way to take the partitions' place (KIP-113).
 *
 *   create ──► filled by who moves the partition ──► `follow`: each append goes to both ──► flush
 *          ──► the metadata names the new directory ──► `promote`: the copy is the partition
 *
 * From `follow` on both logs hold whatever was acknowledged, so that a crash may leave the metadata naming either:
 * `promoteAssigned` does at the next start what `promote` was kept from. `FORMAT.md` numbers the steps.
 */
export class FutureLogs {
  readonly #options: FutureLogsOptions
  readonly #registry: LogRegistry
  /** Where partitions are to be created, by `topic-partition`, the latest last: as in Kafka until the next stop. */
  readonly #preferredDirs = new Map<string, string>()

  /** Directories of moved partitions that are getting their names. */
  readonly #renaming = new Set<Promise<void>>()

  constructor(options: FutureLogsOptions) {
    this.#options = options
    this.#registry = options.registry
  }

  get(topic: string, partition: number): PartitionLog | undefined {
    return this.#registry.findFuture(topic, partition)
  }

  logs(): IterableIterator<PartitionLog> {
    return this.#registry.future.values()
  }

  /** The partition, which is not here yet, shall be created in that directory (`maybeUpdatePreferredLogDir`). */
  prefer(topic: string, partition: number, logDir: string): void {
    const name = partitionDirectoryName(topic, partition)
    this.#preferredDirs.delete(name)
    this.#preferredDirs.set(name, logDir)
    const [oldest] = this.#preferredDirs.keys()
    if (this.#preferredDirs.size > preferredDirsMax && oldest !== undefined) this.#preferredDirs.delete(oldest)
  }

  takePreferredDir(topic: string, partition: number): string | undefined {
    const name = partitionDirectoryName(topic, partition)
    const logDir = this.#preferredDirs.get(name)
    this.#preferredDirs.delete(name)
    return logDir
  }

  /**
   * An empty copy of a partition that is here and has none. The partition is not compacted until it is moved.
   * `undefined` where it is deleted meanwhile.
   */
  async create(topic: string, partition: number, logDir: string): Promise<PartitionLog | undefined> {
    const name = partitionDirectoryName(topic, partition)
    const current = this.#registry.current.get(name)
    assert(current !== undefined && !this.#registry.future.has(name), `${name} is not to be copied`)
    assert(current.logDir !== logDir, `${name} is in ${logDir} already`)
    const { topicId, config } = current
    const { disk, factory, random } = this.#options
    const hex = randomHex(random)
    const directoryName = futureDirectoryName(topic, partition, hex)
    const dir = this.#dirOf(logDir)
    await dir.guard(async () => {
      // Under a doomed name until it is whole: a crash leaves nothing that would be taken for a stray.
      const doomed = `${logDir}/${setAsideDirectoryName(topic, partition, 'delete', hex)}`
      await factory.makeDirectory(doomed, topicId)
      await disk.rename(doomed, `${logDir}/${directoryName}`)
      await disk.syncDirectory(logDir)
    })
    const options = { topic, partition, topicId, config }
    const future = await factory.createCopy(dir, `${logDir}/${directoryName}`, options)
    if (this.#registry.current.get(name) !== current) {
      await this.#options.remove(future, dir, false)
      return undefined
    }
    this.#registry.future.set(name, future)
    // What compaction takes away could no longer be copied, and what it supersedes would come back.
    await current.pauseCleaning()
    return this.#registry.future.get(name) === future ? future : undefined
  }

  /**
   * The copy has caught up, in this very turn: from now on it gets each append as the partition does, and neither is
   * acknowledged before both have it. `failed` is called once, where the copy cannot follow any more.
   */
  follow(topic: string, partition: number, failed: () => void): void {
    const { current, future } = this.#pair(topic, partition)
    current.beginMirroring(future, failed)
  }

  /**
   * Makes the copy the partition's log, in this very turn; the directories' names follow. `done` resolves when they
   * have, and rejects with `LogDirOfflineError`.
   */
  promote(topic: string, partition: number): { readonly log: PartitionLog; readonly done: Promise<void> } {
    const { name, current, future } = this.#pair(topic, partition)
    future.succeed(current)
    this.#registry.future.delete(name)
    this.#registry.current.set(name, future)
    const done = this.#rename(name, current, future).finally(() => this.#renaming.delete(done))
    this.#renaming.add(done)
    return { log: future, done }
  }

  /** No directory gets another name any more when it resolves. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#renaming)
  }

  /** The move is given up: the copy goes. Harmless where there is none. */
  async delete(topic: string, partition: number): Promise<void> {
    const name = partitionDirectoryName(topic, partition)
    const future = this.#registry.future.get(name)
    if (future === undefined) return
    const current = this.#registry.current.get(name)
    current?.endMirroring()
    current?.resumeCleaning()
    this.#registry.future.delete(name)
    const dir = this.#dirOf(future.logDir)
    if (dir.isOffline) return
    await this.#options.remove(future, dir, false)
    this.#options.logger.info(`Future log for ${name} in ${dir.path} is scheduled for deletion`)
  }

  /**
   * After loading: where the metadata names the copy's directory, the copy had caught up before a crash, and takes the
   * partition's place now (`recoverAbandonedFutureLogs`).
   */
  async promoteAssigned(assignedDirOf: (topic: string, partition: number) => string | undefined): Promise<void> {
    for (const [name, future] of [...this.#registry.future]) {
      const { topic, partition, logDir } = future
      const current = this.#registry.current.get(name)
      if (assignedDirOf(topic, partition) !== logDir) {
        // It is still on its way.
        await current?.pauseCleaning()
        continue
      }
      this.#options.logger.info(`Attempting to recover abandoned future log for ${name} in ${logDir}`)
      this.#registry.future.delete(name)
      this.#registry.current.set(name, future)
      if (current !== undefined) future.inherit(current)
      await this.#rename(name, current, future)
    }
  }

  /** The old one first: a crash between the two leaves the copy alone, and the metadata names it. */
  async #rename(name: string, old: SegmentedLog | undefined, log: SegmentedLog): Promise<void> {
    const { checkpoints, logger, remove } = this.#options
    const dir = this.#dirOf(log.logDir)
    if (old !== undefined) {
      const oldDir = this.#dirOf(old.logDir)
      // Its failure keeps nobody from what is in the other directory.
      if (!oldDir.isOffline)
        await remove(old, oldDir, true).catch(error => logger.warn(`Log for ${name} stays behind`, error))
    }
    const isMoved = await dir.guard(() => log.moveTo(`${dir.path}/${name}`))
    // Deleted or closed meanwhile: the directory has got another name, or keeps this one until the next start.
    if (!isMoved) return
    for (const fileName of [recoveryPointFileName, logStartOffsetFileName, cleanerOffsetFileName] as const) {
      await dir.guard(() => checkpoints.write(dir.path, fileName))
    }
    logger.info(`The current replica is successfully replaced with the future replica for ${name} in ${dir.path}`)
  }

  #pair(topic: string, partition: number): { name: string; current: SegmentedLog; future: SegmentedLog } {
    const name = partitionDirectoryName(topic, partition)
    const current = this.#registry.current.get(name)
    const future = this.#registry.future.get(name)
    assert(current !== undefined && future !== undefined, `${name} is not being moved`)
    return { name, current, future }
  }

  #dirOf(logDir: string): LogDir {
    const dir = this.#options.dirs.find(({ path }) => path === logDir)
    assert(dir !== undefined, `${logDir} is no log directory`)
    return dir
  }
}
