import { array, int53, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 16: a regular expression that a consumer group subscribes by. */
export const ConsumerGroupRegularExpressionKey = message('ConsumerGroupRegularExpressionKey', {
  key: 16,
  versions: [0, 0],
  fields: {
    groupId: string,
    regularExpression: string,
  },
})

/** Type 16: the topics it matched, and when. */
export const ConsumerGroupRegularExpressionValue = message('ConsumerGroupRegularExpressionValue', {
  key: 16,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topics: array(string),
    version: int53,
    timestamp: int53,
  },
})
