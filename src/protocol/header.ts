import { int16, int32, nullable, string } from './schema/field.ts'
import { message } from './schema/message.ts'

/**
 * What every request begins with. Version 2 has tagged fields; the client id keeps its old form even so, since a
 * broker reads it before it knows whether the request's version is one it has. Version 0, without a client id, went
 * with ControlledShutdown.
 */
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

/** What every response begins with. */
export const ResponseHeader = message('ResponseHeader', {
  versions: [0, 1],
  flexibleSince: 1,
  fields: {
    correlationId: int32,
  },
})
