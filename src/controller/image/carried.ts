import type { MetadataRecord } from '../metadata-record.ts'
import { BucketMap } from './bucket-map.ts'

/**
 * Records by which no part of this node acts yet (quotas, ACLs, SCRAM credentials, delegation tokens), kept by what
 * identifies them, so that a snapshot of a directory that holds them loses none.
 */
export interface CarriedImage {
  readonly quotas: BucketMap<MetadataRecord>
  readonly accessControlEntries: BucketMap<MetadataRecord>
  readonly scramCredentials: BucketMap<MetadataRecord>
  readonly delegationTokens: BucketMap<MetadataRecord>
}

export const emptyCarriedImage: CarriedImage = {
  quotas: BucketMap.empty(),
  accessControlEntries: BucketMap.empty(),
  scramCredentials: BucketMap.empty(),
  delegationTokens: BucketMap.empty(),
}

/** The image after `record`, or undefined where the record is of another kind. */
export function carryRecord(image: CarriedImage, record: MetadataRecord): CarriedImage | undefined {
  switch (record.name) {
    case 'ClientQuotaRecord': {
      const { entity, key, remove } = record.message
      const entities = entity.map(({ entityType, entityName }) => [entityType, entityName])
      const id = JSON.stringify([key, entities.sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))])
      return { ...image, quotas: image.quotas.with(new Map([[id, remove ? undefined : record]])) }
    }
    case 'AccessControlEntryRecord':
    case 'RemoveAccessControlEntryRecord': {
      const kept = record.name === 'AccessControlEntryRecord' ? record : undefined
      return { ...image, accessControlEntries: image.accessControlEntries.with(new Map([[record.message.id, kept]])) }
    }
    case 'UserScramCredentialRecord':
    case 'RemoveUserScramCredentialRecord': {
      const kept = record.name === 'UserScramCredentialRecord' ? record : undefined
      const id = scramCredentialKey(record.message.name, record.message.mechanism)
      return { ...image, scramCredentials: image.scramCredentials.with(new Map([[id, kept]])) }
    }
    case 'DelegationTokenRecord':
    case 'RemoveDelegationTokenRecord': {
      const kept = record.name === 'DelegationTokenRecord' ? record : undefined
      return { ...image, delegationTokens: image.delegationTokens.with(new Map([[record.message.tokenId, kept]])) }
    }
    default:
      return undefined
  }
}

/** By which a user's credential is found. */
export function scramCredentialKey(user: string, mechanism: number): string {
  return `${mechanism}:${user}`
}
