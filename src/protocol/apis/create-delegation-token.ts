import { api } from '../schema/api.ts'
import { array, bytes, int16, int32, int53, nullable, string } from '../schema/field.ts'

/** A token to authenticate with, made for its requester or, from version 3 on, for another owner (KIP-48, KIP-373). */
export const CreateDelegationToken = api(38, 'CreateDelegationToken', {
  versions: [1, 3],
  flexibleSince: 2,
  request: {
    ownerPrincipalType: nullable(string).since(3),
    ownerPrincipalName: nullable(string).since(3),
    renewers: array({
      principalType: string,
      principalName: string,
    }),
    maxLifetimeMs: int53,
  },
  response: {
    errorCode: int16,
    principalType: string,
    principalName: string,
    tokenRequesterPrincipalType: string.since(3),
    tokenRequesterPrincipalName: string.since(3),
    issueTimestampMs: int53,
    expiryTimestampMs: int53,
    maxTimestampMs: int53,
    tokenId: string,
    hmac: bytes,
    throttleTimeMs: int32,
  },
})
