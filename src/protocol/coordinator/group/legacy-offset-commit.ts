import { int32, int53, int64, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

export const LegacyOffsetCommitKey = message('LegacyOffsetCommitKey', {
  key: 0,
  versions: [0, 0],
  fields: {
    group: string,
    topic: string,
    partition: int32,
  },
})

export const LegacyOffsetCommitValue = message('LegacyOffsetCommitValue', {
  key: 0,
  versions: [0, 0],
  fields: {
    offset: int64,
    metadata: string,
    commitTimestamp: int53,
  },
})
