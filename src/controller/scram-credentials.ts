import { ErrorCode } from '../protocol/errors.ts'
import { type ApiError, apiError, NO_ERROR } from './api-error.ts'
import { type ControllerResult, type ControllerState, isTooLarge, tooLargeMessage } from './controller-state.ts'
import { MetadataVersion } from './feature-levels.ts'
import { scramCredentialKey } from './image/carried.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'

/** The bounds of both mechanisms. */
export const scramIterations = { min: 4096, max: 16_384 } as const

/** What a server keeps of a password (RFC 5802): nothing from which the password, or the client's key, could be had. */
export interface ScramKeys {
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

export interface ScramDeletion {
  readonly name: string
  /** As on the wire. */
  readonly mechanism: number
}

export interface ScramUpsertion extends ScramDeletion {
  readonly iterations: number
  readonly salt: Uint8Array
  /** Undefined where the mechanism is unknown, or the salted password empty. */
  readonly keys: ScramKeys | undefined
}

export interface AlterScramRequest {
  readonly deletions: readonly ScramDeletion[]
  readonly upsertions: readonly ScramUpsertion[]
}

export interface ScramResult extends ApiError {
  readonly user: string
}

const mechanisms: readonly number[] = [1, 2]

/** `ScramControlManager.alterCredentials`: one outcome per user, each of whom may be altered once. */
export function alterUserScramCredentials(
  { image }: ControllerState,
  { deletions, upsertions }: AlterScramRequest,
): ControllerResult<readonly ScramResult[]> {
  const records = new Map<string, MetadataRecord>()
  const errors = new Map<string, ApiError>()
  const isSupported = image.features.metadataVersion >= MetadataVersion.IBP_3_5_IV2
  const decide = (name: string, decideRecord: () => MetadataRecord | ApiError) => {
    if (errors.has(name)) return
    const decided = records.has(name) ? twice : isSupported ? decideRecord() : unsupported
    records.delete(name)
    if ('errorCode' in decided) errors.set(name, decided)
    else records.set(name, decided)
  }
  for (const deletion of deletions) {
    decide(deletion.name, () => {
      const { name, mechanism } = deletion
      if (image.carried.scramCredentials.has(scramCredentialKey(name, mechanism))) {
        return metadataRecord('RemoveUserScramCredentialRecord', 0, { name, mechanism })
      }
      return identityFault(deletion) ?? missing
    })
  }
  for (const upsertion of upsertions) decide(upsertion.name, () => upsertionRecord(upsertion))
  const written = [...records.values()]
  if (isTooLarge(written)) {
    const tooLarge = apiError(ErrorCode.POLICY_VIOLATION, tooLargeMessage)
    return { records: [], response: [...records.keys(), ...errors.keys()].map(user => ({ user, ...tooLarge })) }
  }
  const response = [
    ...Array.from(records.keys(), user => ({ user, ...NO_ERROR })),
    ...Array.from(errors, ([user, error]) => ({ user, ...error })),
  ]
  return { records: written, response }
}

const twice = apiError(ErrorCode.DUPLICATE_RESOURCE, 'A user credential cannot be altered twice in the same request')
const unsupported = apiError(ErrorCode.UNSUPPORTED_VERSION, 'The current metadata.version does not support SCRAM')
const missing = apiError(ErrorCode.RESOURCE_NOT_FOUND, 'Attempt to delete a user credential that does not exist')

function identityFault({ name, mechanism }: ScramDeletion): ApiError | undefined {
  if (name === '') return apiError(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Username must not be empty')
  if (mechanisms.includes(mechanism)) return undefined
  return apiError(ErrorCode.UNSUPPORTED_SASL_MECHANISM, 'Unknown SCRAM mechanism')
}

function upsertionRecord(upsertion: ScramUpsertion): MetadataRecord | ApiError {
  const { name, mechanism, iterations, salt, keys } = upsertion
  const fault = identityFault(upsertion)
  if (fault !== undefined) return fault
  const { min, max } = scramIterations
  if (iterations < min) return apiError(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too few iterations')
  if (iterations > max) return apiError(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too many iterations')
  // Kafka's cannot make keys of an empty one either, and does not say so.
  if (keys === undefined) return apiError(ErrorCode.UNKNOWN_SERVER_ERROR)
  // The salt is a view of the request.
  return metadataRecord('UserScramCredentialRecord', 0, { name, mechanism, salt: salt.slice(), ...keys, iterations })
}
