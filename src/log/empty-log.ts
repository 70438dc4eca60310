import { segmentFileName } from './file-names.ts'
import { PooledFile } from './file-pool.ts'
import { LeaderEpochCache } from './leader-epoch-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { LoadedLog } from './log-state.ts'
import { OffsetIndex } from './offset-index.ts'
import { ProducerStates } from './producer-state.ts'
import { drawRollJitterMs, Segment } from './segment.ts'
import { TimeIndex } from './time-index.ts'

/** A segment without a file; the first append makes one, unless somebody does before. */
export function emptySegment(
  environment: LogEnvironment,
  directory: string,
  baseOffset: number,
  config: LogConfig,
): Segment {
  return new Segment({
    baseOffset,
    file: new PooledFile(
      `${directory}/${segmentFileName(baseOffset, '.log')}`,
      true,
      config.preallocate ? config.segmentBytes : 0,
    ),
    sizeInBytes: 0,
    offsetIndex: new OffsetIndex(baseOffset),
    timeIndex: new TimeIndex(baseOffset),
    nowMs: environment.clock.nowMs(),
    rollJitterMs: drawRollJitterMs(config, environment.random),
  })
}

/** A log that begins at 0, holds nothing and has no files: a thousand of them are created as fast as directories. */
export function emptyLog(environment: LogEnvironment, directory: string, config: LogConfig): LoadedLog {
  return {
    segments: [emptySegment(environment, directory, 0, config)],
    logStartOffset: 0,
    nextOffset: 0,
    recoveryPoint: 0,
    isDirectoryDurable: false,
    savedOffset: 0,
    highWatermark: 0,
    epochs: new LeaderEpochCache(),
    areEpochsSaved: true,
    producers: new ProducerStates(),
  }
}
