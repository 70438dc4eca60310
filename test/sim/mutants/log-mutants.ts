import type { Mutant } from './hunt.ts'

/** Files are below `src`. */
export const logMutants: readonly Mutant[] = [
  {
    name: 'a flush is skipped',
    file: 'log/log-files.ts',
    text: 'if (segment === this.#active) await this.#environment.filePool.with(segment.file, file => file.sync())',
    replacement: 'if (segment === this.#active) await this.#environment.filePool.with(segment.file, () => undefined)',
  },
  {
    name: 'the recovery point is too high',
    file: 'log/log-files.ts',
    text: 'this.#recoveryPoint = Math.max(this.#recoveryPoint, offset)',
    replacement: 'this.#recoveryPoint = Math.max(this.#recoveryPoint, offset + 1)',
  },
  {
    name: 'the recovery point stays when the log is cut',
    file: 'log/log-files.ts',
    text: 'this.#recoveryPoint = Math.min(this.#recoveryPoint, offset)',
    replacement: '',
  },
  {
    name: 'an index entry is off by one',
    file: 'log/segment.ts',
    text: 'this.offsetIndex!.append(batch.lastOffset, this.nextPosition)',
    replacement: 'this.offsetIndex!.append(batch.lastOffset + 1, this.nextPosition)',
  },
  {
    name: 'a sealed time index lacks its last entry',
    file: 'log/segment.ts',
    text: `  seal(): void {
    this.timeIndex!`,
    replacement: `  seal(): void {
    if (this.timeIndex!.count > 0) this.timeIndex!`,
  },
  {
    name: 'a torn tail is accepted',
    file: 'log/batch-scan.ts',
    text: "return 'a batch whose CRC is wrong'",
    replacement: 'return undefined',
  },
  {
    name: 'segments behind a torn one are kept',
    file: 'log/log-loader.ts',
    text: '#cutOff(segment, segments.splice(index + 1))',
    replacement: '#cutOff(segment, [])',
  },
  {
    name: 'a snapshot is stale',
    file: 'log/producer-recovery.ts',
    text: 'if (fromOffset >= endOffset) return',
    replacement: 'if (fromOffset > logStartOffset) return',
  },
  {
    name: 'snapshots beyond a cut are kept',
    file: 'log/log-files.ts',
    text: 'snapshot => snapshot > offset || (snapshot === offset && offset > segment.baseOffset),',
    replacement: '() => false,',
  },
  {
    name: 'the sync of a directory is skipped',
    file: 'log/directory-sync.ts',
    text: '    await this.#disk.syncDirectory(directory)',
    replacement: '',
  },
  {
    name: "a new partition's name is not synced",
    file: 'log/directory-sync.ts',
    text: '      await this.#logDir.syncNames(this.#disk)',
    replacement: '',
  },
  {
    name: 'the removal of the clean shutdown marker is not synced',
    file: 'log/log-dir-loader.ts',
    text: '    await disk.syncDirectory(path)',
    replacement: '    if (!isClean) await disk.syncDirectory(path)',
  },
  {
    name: 'what was recovered after a kill is not synced',
    file: 'log/log-files.ts',
    text: 'for (const segment of this.#recovered) {',
    replacement: 'for (const segment of [...this.#recovered].slice(0, 0)) {',
  },
  {
    name: 'a flushed segment counts as sealed without its indexes',
    file: 'log/log-loader.ts',
    text: '(nextBase < recoveryPoint || (await this.#opener.isSealed(nextBase)))',
    replacement: 'true',
  },
  {
    name: 'the duplicate window is four batches',
    file: 'log/producer-entry.ts',
    text: 'const batchesMax = 5',
    replacement: 'const batchesMax = 4',
  },
  {
    name: 'a gap in sequence numbers is accepted',
    file: 'log/producer-state.ts',
    text: 'if (baseSequence === lastSequence + 1 ||',
    replacement: 'if (baseSequence > lastSequence ||',
  },
  {
    name: 'recovery forgets aborted transactions',
    file: 'log/segment-opener.ts',
    text: 'if (completed?.isAborted === true) segment.transactionIndex.append(completed)',
    replacement: 'void completed',
  },
  {
    name: 'the last stable offset passes open transactions',
    file: 'log/log-state.ts',
    text: 'return Math.min(this.highWatermark, Math.max(unstable, this.logStartOffset))',
    replacement: 'return this.highWatermark',
  },
  {
    name: 'a cut leaves the epochs of what it removes',
    file: 'log/log-cuts.ts',
    text: 'if (state.epochs.truncateFromEnd(offset)) state.saveEpochs()',
    replacement: '',
  },
  {
    name: 'recovery believes the checkpoint of epochs alone',
    file: 'log/segment-opener.ts',
    text: 'this.#epochs.found(batch.partitionLeaderEpoch, batch.baseOffset, batch.lastOffset)',
    replacement: '',
  },
  {
    name: 'a deleted partition leaves its offsets to its successor',
    file: 'log/log-factory.ts',
    text: `await this.#checkpoints.beforeCreating(logDir, name)
      if`,
    replacement: 'if',
  },
  {
    name: 'a log start is not for good before what follows from it is written',
    file: 'log/log-factory.ts',
    text: 'const saveLogStart = () => this.#checkpoints.write(logDir.path, logStartOffsetFileName)',
    replacement: 'const saveLogStart = async () => undefined',
  },
  {
    name: 'everything is read at a start',
    file: 'log/log-loader.ts',
    text: 'const isFlushed = nextBase !== undefined && nextBase <= recoveryPoint',
    replacement: 'const isFlushed = false',
  },
  {
    name: 'a tombstone is dropped early',
    file: 'protocol/records/compaction/filter-batches.ts',
    text: 'return cursor.hasValue || !batch.hasDeleteHorizon || this.#work.nowMs < batch.baseTimestamp',
    replacement: 'return cursor.hasValue || (batch.hasDeleteHorizon && this.#work.nowMs < batch.baseTimestamp)',
  },
  {
    name: 'a tombstone goes in the round after its horizon was set',
    file: 'protocol/records/compaction/filter-batches.ts',
    text: 'return cursor.hasValue || !batch.hasDeleteHorizon || this.#work.nowMs < batch.baseTimestamp',
    replacement: 'return cursor.hasValue || !batch.hasDeleteHorizon',
  },
  {
    name: 'a marker is dropped while its data is left',
    file: 'log/cleaner/cleaned-transactions.ts',
    text: 'return !this.#committed.delete(producerId)',
    replacement: 'return true',
  },
  {
    name: 'an aborted record supersedes a committed one',
    file: 'log/cleaner/log-compaction.ts',
    text: 'return batch.isControl || isDiscardable ? 1 : 0',
    replacement: 'return batch.isControl || (isDiscardable && false) ? 1 : 0',
  },
  {
    name: 'the latest record of a key is dropped',
    file: 'protocol/records/compaction/filter-batches.ts',
    text: 'if (offset < latest) return false',
    replacement: 'if (offset <= latest) return false',
  },
  {
    name: 'compaction passes the last stable offset',
    file: 'log/cleaner/cleanable-range.ts',
    text: 'return Math.min(lastStableOffset, active.baseOffset)',
    replacement: 'return active.baseOffset',
  },
  {
    name: 'old segments go before the new one has its name for good',
    file: 'log/cleaner/segment-swap.ts',
    text: `    await this.#renameLog('.swap')
    await disk.syncDirectory(directory)`,
    replacement: '',
  },
  {
    name: 'a cleaned segment is not synced',
    file: 'log/cleaner/cleaned-segment.ts',
    text: 'await this.#file!.sync()',
    replacement: '',
  },
  {
    name: 'an interrupted swap leaves what it replaces',
    file: 'log/cleaner/swap-recovery.ts',
    text: 'for (const baseOffset of committed) await this.#removeReplaced(baseOffset)',
    replacement: '',
  },
  {
    name: 'what power loss took from a compacted log passes for compacted',
    file: 'log/log-loader.ts',
    text: 'hasGap && !(config.isCompacted && (await this.#opener.isSealed(nextBase)))',
    replacement: 'hasGap && !config.isCompacted',
  },
]
