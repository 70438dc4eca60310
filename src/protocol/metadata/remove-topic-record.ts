import { uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A topic is gone, and its partitions with it. */
export const RemoveTopicRecord = message('RemoveTopicRecord', {
  key: 9,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topicId: uuid,
  },
})
