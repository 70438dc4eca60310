import { AlterUserScramCredentials } from '../../protocol/apis/alter-user-scram-credentials.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import { scramKeys, scramMechanisms } from '../../storage/scram-credential.ts'
import { handlerOf } from '../handler.ts'

type Request = RequestOf<typeof AlterUserScramCredentials>

/** Sets and deletes credentials; of a salted password only the keys made of it are kept (KIP-554). */
export const handler = handlerOf(
  AlterUserScramCredentials,
  async (services, { deletions, upsertions }) => {
    const results = await services.controller.alterUserScramCredentials({
      deletions,
      upsertions: upsertions.map(upsertion => ({ ...upsertion, keys: keysOf(upsertion) })),
    })
    return { throttleTimeMs: 0, results }
  },
  {
    errorResponse: ({ deletions, upsertions }, errorCode) => {
      const users = new Set([...deletions, ...upsertions].map(({ name }) => name))
      return { throttleTimeMs: 0, results: [...users].sort().map(user => ({ user, errorCode, errorMessage: null })) }
    },
  },
)

function keysOf({ mechanism: type, saltedPassword }: Request['upsertions'][number]) {
  const mechanism = scramMechanisms.find(known => known.type === type)
  return mechanism === undefined || saltedPassword.length === 0 ? undefined : scramKeys(mechanism, saltedPassword)
}
