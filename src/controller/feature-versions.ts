import { FeatureName } from './feature-levels.ts'

/** One level of a feature other than `metadata.version`. */
export interface FeatureVersion {
  readonly level: number
  /** From this `metadata.version` on a new cluster has it without being asked. */
  readonly bootstrapMetadataVersion: number
  /** Levels of other features without which it cannot be. */
  readonly dependencies: readonly { readonly name: string; readonly level: number }[]
}

export interface Feature {
  readonly name: string
  /** Ascending. */
  readonly versions: readonly FeatureVersion[]
}

/** The features of 4.3.1 beside `metadata.version`, in the order of Kafka's `Feature`. */
export const features: readonly Feature[] = [
  feature(FeatureName.KRAFT_VERSION, 21),
  feature(FeatureName.TRANSACTION_VERSION, 24, 24),
  feature(FeatureName.GROUP_VERSION, 22),
  {
    name: FeatureName.ELIGIBLE_LEADER_REPLICAS_VERSION,
    versions: [
      { level: 0, bootstrapMetadataVersion: 7, dependencies: [] },
      { level: 1, bootstrapMetadataVersion: 26, dependencies: [{ name: FeatureName.METADATA_VERSION, level: 23 }] },
    ],
  },
  feature(FeatureName.SHARE_VERSION, 28),
  feature(FeatureName.STREAMS_VERSION, 29),
]

/** Level 0 everywhere, level 1 and up from these versions of the metadata on. */
function feature(name: string, ...bootstrapMetadataVersions: readonly number[]): Feature {
  const versions = [7, ...bootstrapMetadataVersions].map((bootstrapMetadataVersion, level) => ({
    level,
    bootstrapMetadataVersion,
    dependencies: [],
  }))
  return { name, versions }
}

/** What a new cluster of that `metadata.version` finalizes. */
export function defaultFeatureLevel({ versions }: Feature, metadataVersion: number): number {
  let level = 0
  for (const version of versions) {
    if (version.bootstrapMetadataVersion > metadataVersion) break
    level = version.level
  }
  return level
}
