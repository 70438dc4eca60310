import { ErrorCode } from '../protocol/errors.ts'
import type { Record } from '../protocol/records/record.ts'
import type { RecordBatch } from '../protocol/records/record-batch.ts'
import type { RecordError } from './partition-log.ts'
import type { Rejection, ValidationContext } from './produce-validation.ts'

/** Long.MAX_VALUE, which the configuration holds saturated. */
const longMax = 9_223_372_036_854_775_807n

/**
 * Which records of a batch are at fault, once a walk has found that one may be (`LogValidator.processRecordErrors`,
 * KIP-467). None may be: a batch that says LogAppendTime passes for CreateTime if its one timestamp does.
 */
export function collectRecordErrors(
  batch: RecordBatch,
  records: readonly Record[],
  context: ValidationContext,
): Rejection | undefined {
  const recordErrors: RecordError[] = []
  let hasInvalidTimestamp = false
  for (const [batchIndex, record] of records.entries()) {
    if (context.config.isCompacted && record.key === null) {
      const message = `Compacted topic cannot accept message without key in topic partition ${context.name}`
      recordErrors.push({ batchIndex, message })
      continue
    }
    const message = faultOfTimestamp(batch, record, context)
    if (message === undefined) continue
    hasInvalidTimestamp = true
    recordErrors.push({ batchIndex, message })
  }
  if (recordErrors.length === 0) return undefined
  const shared = { isReported: true, recordErrors, namesLogStartOffset: true }
  if (hasInvalidTimestamp) {
    const errorMessage = 'One or more records have been rejected due to invalid timestamp'
    return { ...shared, errorCode: ErrorCode.INVALID_TIMESTAMP, errorMessage }
  }
  const shown = recordErrors
    .slice(0, 3)
    .map(({ batchIndex, message }) => `RecordError(batchIndex=${batchIndex}, message='${message}')`)
  const errorMessage =
    `One or more records have been rejected due to ${recordErrors.length} record errors in total, ` +
    `and only showing the first three errors at most: [${shown.join(', ')}]`
  return { ...shared, errorCode: ErrorCode.INVALID_RECORD, errorMessage }
}

function faultOfTimestamp(
  batch: RecordBatch,
  record: Record,
  { config, nowMs }: ValidationContext,
): string | undefined {
  const { messageTimestampBeforeMaxMs: beforeMs, messageTimestampAfterMaxMs: afterMs } = config
  const { timestamp } = record
  if (config.messageTimestampType === 'CreateTime' && timestamp !== -1) {
    if (nowMs - timestamp <= unsaturated(beforeMs) && timestamp - nowMs <= unsaturated(afterMs)) return undefined
    const from = BigInt.asIntN(64, BigInt(nowMs) - exact(beforeMs))
    const to = BigInt.asIntN(64, BigInt(nowMs) + exact(afterMs))
    return (
      `Timestamp ${timestamp} of message with offset ${record.offset} is out of range. ` +
      `The timestamp should be within [${from}, ${to}]`
    )
  }
  if (!batch.isLogAppendTime) return undefined
  return `Invalid timestamp type in message ${describe(batch, record)}. Producer should not set timestamp type to LogAppendTime.`
}

/** As Kafka's record classes describe themselves: of compressed batches it has skipped the contents. */
function describe(batch: RecordBatch, { offset, timestamp, key, value }: Record): string {
  const [name, none] = batch.isCompressed ? ['PartialDefaultRecord', -1] : ['DefaultRecord', 0]
  return `${name}(offset=${offset}, timestamp=${timestamp}, key=${key?.length ?? none} bytes, value=${value?.length ?? none} bytes)`
}

/** A limit that is held saturated at 2^53 stands for 2^63. */
export function unsaturated(limitMs: number): number {
  return limitMs >= Number.MAX_SAFE_INTEGER ? 2 ** 63 : limitMs
}

function exact(ms: number): bigint {
  return ms >= Number.MAX_SAFE_INTEGER ? longMax : BigInt(ms)
}
