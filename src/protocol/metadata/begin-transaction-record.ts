import { nullable, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const BeginTransactionRecord = message('BeginTransactionRecord', {
  key: 23,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    name: nullable(string).tagged(0).default(null),
  },
})
