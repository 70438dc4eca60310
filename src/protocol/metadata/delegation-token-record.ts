import { array, int53, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A delegation token is there, or has a new expiry. */
export const DelegationTokenRecord = message('DelegationTokenRecord', {
  key: 10,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    owner: string,
    requester: string,
    renewers: array(string),
    issueTimestamp: int53,
    maxTimestamp: int53,
    expirationTimestamp: int53,
    tokenId: string,
  },
})
