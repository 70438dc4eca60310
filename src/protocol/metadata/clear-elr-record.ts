import { string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const ClearElrRecord = message('ClearElrRecord', {
  key: 28,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topicName: string,
  },
})
