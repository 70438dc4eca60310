import { string, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A topic is there; its partitions follow. */
export const TopicRecord = message('TopicRecord', {
  key: 2,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    name: string,
    topicId: uuid,
  },
})
