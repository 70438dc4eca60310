import { DescribeUserScramCredentials } from '../../protocol/apis/describe-user-scram-credentials.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { handlerOf } from '../handler.ts'
import { duplicatesOf } from '../metadata/duplicates.ts'
import type { BrokerServices } from '../services.ts'

/** For which mechanisms users have credentials; of all users where none is named. */
export const handler = handlerOf(
  DescribeUserScramCredentials,
  (services, request) => {
    const credentials = credentialsByUser(services)
    const named = (request.users ?? []).map(({ name }) => name)
    const users = named.length === 0 ? [...credentials.keys()] : [...new Set(named)]
    const duplicates = duplicatesOf(named)
    const results = users.map(user => {
      if (duplicates.has(user)) return refused(user, ErrorCode.DUPLICATE_RESOURCE, `${duplicateMessage}${user}`)
      const credentialInfos = credentials.get(user)
      if (credentialInfos === undefined) {
        return refused(user, ErrorCode.RESOURCE_NOT_FOUND, `${missingMessage}${user}`)
      }
      return { user, errorCode: ErrorCode.NONE, errorMessage: '', credentialInfos }
    })
    return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '', results }
  },
  { errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: '', results: [] }) },
)

const duplicateMessage = 'Cannot describe SCRAM credentials for the same user twice in a single request: '
const missingMessage = 'Attempt to describe a user credential that does not exist: '

interface CredentialInfo {
  readonly mechanism: number
  readonly iterations: number
}

function credentialsByUser({ metadata }: BrokerServices): ReadonlyMap<string, readonly CredentialInfo[]> {
  const credentials = new Map<string, CredentialInfo[]>()
  for (const record of metadata.image.carried.scramCredentials.values()) {
    if (record.name !== 'UserScramCredentialRecord') continue
    const { name, mechanism, iterations } = record.message
    const own = credentials.get(name) ?? []
    credentials.set(name, own)
    own.push({ mechanism, iterations })
  }
  for (const own of credentials.values()) own.sort((one, other) => one.mechanism - other.mechanism)
  return credentials
}

function refused(user: string, errorCode: number, errorMessage: string) {
  return { user, errorCode, errorMessage, credentialInfos: [] }
}
