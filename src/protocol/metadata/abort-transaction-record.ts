import { nullable, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** Drops the records since BeginTransactionRecord (KIP-868). */
export const AbortTransactionRecord = message('AbortTransactionRecord', {
  key: 25,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    reason: nullable(string).tagged(0).default(null),
  },
})
