import { ALL_APIS } from './all-apis.ts'
import { apiKeyInfo, hasVersions, type ListenerType } from './api-keys.ts'
import type { VersionRange } from './schema/field.ts'

/** One line of the documentation's table of APIs. */
export interface ApiTableRow {
  readonly key: number
  readonly name: string
  /** Stable versions of Kafka 4.3, or undefined for an API that Kafka 4 has dropped. */
  readonly versions: VersionRange | undefined
  readonly flexibleSince: number | undefined
  readonly listeners: readonly ListenerType[]
  /** A last version with a codec that Kafka does not advertise yet. */
  readonly unstableVersion: number | undefined
}

export function apiTable(): readonly ApiTableRow[] {
  return ALL_APIS.map(({ key, name, versions }) => {
    const info = apiKeyInfo(key)
    if (info === undefined || !hasVersions(info)) {
      return { key, name, versions: undefined, flexibleSince: undefined, listeners: [], unstableVersion: undefined }
    }
    const unstableVersion = versions[1] > info.versions[1] ? versions[1] : undefined
    return {
      key,
      name,
      versions: info.versions,
      flexibleSince: info.flexibleSince,
      listeners: info.listeners,
      unstableVersion,
    }
  })
}
