import { message } from '../schema/message.ts'

/** Everything since BeginTransactionRecord applies (KIP-868). */
export const EndTransactionRecord = message('EndTransactionRecord', {
  key: 24,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {},
})
