import { string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A delegation token is gone. */
export const RemoveDelegationTokenRecord = message('RemoveDelegationTokenRecord', {
  key: 26,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    tokenId: string,
  },
})
