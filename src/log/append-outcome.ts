import { ErrorCode } from '../protocol/errors.ts'
import type { LogState } from './log-state.ts'
import type { AppendAccepted, AppendRejected } from './partition-log.ts'
import type { Rejection } from './produce-validation.ts'
import type { BatchMetadata } from './producer-entry.ts'

/** The answers to an append, as Kafka gives them: what they name and what they leave out. */

export function accepted(
  state: LogState,
  baseOffset: number,
  lastOffset: number,
  logAppendTimeMs: number,
  written: Promise<void> | undefined,
): AppendAccepted {
  const { logStartOffset } = state
  return { errorCode: 0, baseOffset, lastOffset, logAppendTimeMs, logStartOffset, isDuplicate: false, written }
}

/** Answers with where the batch was appended the first time, and the timestamp it has. */
export function duplicate(state: LogState, batch: BatchMetadata, written: Promise<void> | undefined): AppendAccepted {
  const { baseOffset, lastOffset, timestamp } = batch
  return { ...accepted(state, baseOffset, lastOffset, timestamp, written), isDuplicate: true }
}

export function invalid(state: LogState, rejection: Rejection): AppendRejected {
  const { errorCode, errorMessage, isReported, recordErrors, namesLogStartOffset } = rejection
  const logStartOffset = namesLogStartOffset ? state.logStartOffset : -1
  return { errorCode, errorMessage, isReported, recordErrors, logStartOffset }
}

export function refused(state: LogState, errorCode: number, errorMessage: string): AppendRejected {
  const { logStartOffset } = state
  return { errorCode, errorMessage, isReported: false, recordErrors: [], logStartOffset }
}

export function largerThanSegment(state: LogState, sizeInBytes: number): AppendRejected {
  const errorMessage = `A record batch of ${sizeInBytes} bytes is more than segment.bytes, ${state.config.segmentBytes}`
  return { ...refused(state, ErrorCode.RECORD_LIST_TOO_LARGE, errorMessage), logStartOffset: -1 }
}

export function offline(state: LogState): AppendRejected {
  const errorMessage = `Log directory ${state.logDir.path} is offline`
  return { ...refused(state, ErrorCode.KAFKA_STORAGE_ERROR, errorMessage), logStartOffset: -1 }
}

/** The partition was deleted or closed while the append was on its way to it. */
export function closed(state: LogState): AppendRejected {
  return { ...refused(state, ErrorCode.NOT_LEADER_OR_FOLLOWER, `${state.name} is closed`), logStartOffset: -1 }
}
