import { api } from '../schema/api.ts'
import { array, bytes, int16, int32, int53, nullable, string } from '../schema/field.ts'

/** The delegation tokens of some owners, or all that the requester may see (KIP-48). */
export const DescribeDelegationToken = api(41, 'DescribeDelegationToken', {
  versions: [1, 3],
  flexibleSince: 2,
  request: {
    owners: nullable(
      array({
        principalType: string,
        principalName: string,
      }),
    ),
  },
  response: {
    errorCode: int16,
    tokens: array({
      principalType: string,
      principalName: string,
      tokenRequesterPrincipalType: string.since(3),
      tokenRequesterPrincipalName: string.since(3),
      issueTimestamp: int53,
      expiryTimestamp: int53,
      maxTimestamp: int53,
      tokenId: string,
      hmac: bytes,
      renewers: array({
        principalType: string,
        principalName: string,
      }),
    }),
    throttleTimeMs: int32,
  },
})
