import { string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** Forgets the eligible leader replicas of a topic, or of all topics where the name is empty (KIP-966). */
export const ClearElrRecord = message('ClearElrRecord', {
  key: 28,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topicName: string,
  },
})
