import type { Mutant } from './hunt.ts'

/** Files are below `src/log`. */
export const logMutants: readonly Mutant[] = [
  {
    name: 'a flush is skipped',
    file: 'log-files.ts',
    text: 'if (segment === this.#active) await this.#environment.filePool.with(segment.file, file => file.sync())',
    replacement: 'if (segment === this.#active) await this.#environment.filePool.with(segment.file, () => undefined)',
  },
  {
    name: 'the recovery point is too high',
    file: 'log-files.ts',
    text: 'this.#recoveryPoint = Math.max(this.#recoveryPoint, offset)',
    replacement: 'this.#recoveryPoint = Math.max(this.#recoveryPoint, offset + 1)',
  },
  {
    name: 'the recovery point stays when the log is cut',
    file: 'log-files.ts',
    text: 'this.#recoveryPoint = Math.min(this.#recoveryPoint, offset)',
    replacement: '',
  },
  {
    name: 'an index entry is off by one',
    file: 'segment.ts',
    text: 'this.offsetIndex!.append(batch.lastOffset, this.nextPosition)',
    replacement: 'this.offsetIndex!.append(batch.lastOffset + 1, this.nextPosition)',
  },
  {
    name: 'a sealed time index lacks its last entry',
    file: 'segment.ts',
    text: `  seal(): void {
    this.timeIndex!`,
    replacement: `  seal(): void {
    if (this.timeIndex!.count > 0) this.timeIndex!`,
  },
  {
    name: 'a torn tail is accepted',
    file: 'batch-scan.ts',
    text: "return 'a batch whose CRC is wrong'",
    replacement: 'return undefined',
  },
  {
    name: 'segments behind a torn one are kept',
    file: 'log-loader.ts',
    text: '#cutOff(segment, segments.splice(index + 1))',
    replacement: '#cutOff(segment, [])',
  },
  {
    name: 'a snapshot is stale',
    file: 'producer-recovery.ts',
    text: 'if (fromOffset >= endOffset) return',
    replacement: 'if (fromOffset > logStartOffset) return',
  },
  {
    name: 'snapshots beyond a cut are kept',
    file: 'log-files.ts',
    text: '#removeSnapshots(snapshot => snapshot > offset || (snapshot === offset && offset > segment.baseOffset))',
    replacement: '#removeSnapshots(() => false)',
  },
  {
    name: 'the sync of a directory is skipped',
    file: 'log-files.ts',
    text: `    this.#directoryChanged = false
    await this.#environment.disk.syncDirectory(this.#directory)`,
    replacement: '    this.#directoryChanged = false',
  },
  {
    name: "a new partition's name is not synced",
    file: 'directory-log-manager.ts',
    text: "await disk.syncDirectory(directory.slice(0, directory.lastIndexOf('/')))",
    replacement: '',
  },
  {
    name: 'the removal of the clean shutdown marker is not synced',
    file: 'directory-log-manager.ts',
    text: '    await disk.syncDirectory(dir.path)',
    replacement: '    if (!isClean) await disk.syncDirectory(dir.path)',
  },
  {
    name: 'what was recovered after a kill is not synced',
    file: 'log-files.ts',
    text: 'for (const segment of this.#recovered) {',
    replacement: 'for (const segment of [...this.#recovered].slice(0, 0)) {',
  },
  {
    name: 'a flushed segment counts as sealed without its indexes',
    file: 'log-loader.ts',
    text: '(await this.#isSealed(nextBase))',
    replacement: 'true',
  },
  {
    name: 'the duplicate window is four batches',
    file: 'producer-entry.ts',
    text: 'const batchesMax = 5',
    replacement: 'const batchesMax = 4',
  },
  {
    name: 'a gap in sequence numbers is accepted',
    file: 'producer-state.ts',
    text: 'if (baseSequence === lastSequence + 1 ||',
    replacement: 'if (baseSequence > lastSequence ||',
  },
  {
    name: 'recovery forgets aborted transactions',
    file: 'log-loader.ts',
    text: 'if (completed?.isAborted === true) segment.abortedTransactions.push(completed)',
    replacement: 'void completed',
  },
  {
    name: 'the last stable offset passes open transactions',
    file: 'log-state.ts',
    text: 'return Math.min(this.highWatermark, Math.max(unstable, this.logStartOffset))',
    replacement: 'return this.highWatermark',
  },
  {
    name: 'a cut leaves the epochs of what it removes',
    file: 'segmented-log.ts',
    text: 'if (state.epochs.truncateFromEnd(offset)) state.saveEpochs()',
    replacement: '',
  },
  {
    name: 'a deleted partition leaves its offsets to its successor',
    file: 'directory-log-manager.ts',
    text: 'if (this.#forgotten.has(directory)) await this.#checkpointWithoutForgotten(dir)',
    replacement: '',
  },
  {
    name: 'log starts are not checkpointed at a clean shutdown',
    file: 'directory-log-manager.ts',
    text: `      await this.#writeCheckpoint(dir, logStartOffsetFileName)
      await this.#writeCheckpoint(dir, highWatermarkFileName)`,
    replacement: '      await this.#writeCheckpoint(dir, highWatermarkFileName)',
  },
  {
    name: 'everything is read at a start',
    file: 'log-loader.ts',
    text: 'const isFlushed = nextBase !== undefined && nextBase <= recoveryPoint',
    replacement: 'const isFlushed = false',
  },
]
