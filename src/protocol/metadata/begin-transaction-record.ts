import { nullable, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** What follows applies as a whole once EndTransactionRecord comes, for changes too large for one batch (KIP-868). */
export const BeginTransactionRecord = message('BeginTransactionRecord', {
  key: 23,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    name: nullable(string).tagged(0).default(null),
  },
})
