import { int32, int53, int64, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 0: offsets as Kafka before 0.9 wrote them. Read, never written. */
export const LegacyOffsetCommitKey = message('LegacyOffsetCommitKey', {
  key: 0,
  versions: [0, 0],
  fields: {
    group: string,
    topic: string,
    partition: int32,
  },
})

/** Type 0: offsets as Kafka before 0.9 wrote them. Read, never written. */
export const LegacyOffsetCommitValue = message('LegacyOffsetCommitValue', {
  key: 0,
  versions: [0, 0],
  fields: {
    offset: int64,
    metadata: string,
    commitTimestamp: int53,
  },
})
