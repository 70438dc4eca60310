import { int16, int32, nullable, string } from './schema/field.ts'
import { message } from './schema/message.ts'

export const RequestHeader = message('RequestHeader', {
  versions: [1, 2],
  flexibleSince: 2,
  fields: {
    requestApiKey: int16,
    requestApiVersion: int16,
    correlationId: int32,
    clientId: nullable(string).neverCompact(),
  },
})

export const ResponseHeader = message('ResponseHeader', {
  versions: [0, 1],
  flexibleSince: 1,
  fields: {
    correlationId: int32,
  },
})
