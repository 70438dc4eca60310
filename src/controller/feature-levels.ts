/** Feature names as they stand in FeatureLevelRecords and ApiVersions. */
export const FeatureName = {
  METADATA_VERSION: 'metadata.version',
  KRAFT_VERSION: 'kraft.version',
  TRANSACTION_VERSION: 'transaction.version',
  GROUP_VERSION: 'group.version',
  ELIGIBLE_LEADER_REPLICAS_VERSION: 'eligible.leader.replicas.version',
  SHARE_VERSION: 'share.version',
  STREAMS_VERSION: 'streams.version',
} as const

/** `metadata.version` levels at which something this code does changes (`MetadataVersion`). */
export const MetadataVersion = {
  /** The oldest a 4.x node loads. */
  MINIMUM: 7,
  /** SCRAM credentials in the metadata log. */
  IBP_3_5_IV2: 11,
  /** Metadata transactions. */
  IBP_3_6_IV1: 13,
  /** Controller registrations. */
  IBP_3_7_IV0: 15,
  /** Directory assignment (KIP-858). */
  IBP_3_7_IV2: 17,
  /** The ELR fields of partitions (KIP-966). */
  IBP_4_0_IV1: 23,
  /** Cordoned log directories (KIP-1066). */
  IBP_4_3_IV0: 30,
  LATEST_PRODUCTION: 30,
  /** In development, and nothing changes with it yet: for nodes with `unstable.feature.versions.enable` only. */
  LATEST_TESTING: 31,
} as const

export interface SupportedFeature {
  readonly name: string
  readonly minSupportedVersion: number
  readonly maxSupportedVersion: number
  /** What a newly formatted directory finalizes. */
  readonly defaultLevel: number
}

/** What a 4.3.1 node supports, in the order in which its registrations list them. */
export const supportedFeatures: readonly SupportedFeature[] = [
  { name: FeatureName.GROUP_VERSION, minSupportedVersion: 0, maxSupportedVersion: 1, defaultLevel: 1 },
  // Finalized through a control record, not a FeatureLevelRecord; static voters are level 0.
  { name: FeatureName.KRAFT_VERSION, minSupportedVersion: 0, maxSupportedVersion: 1, defaultLevel: 0 },
  {
    name: FeatureName.METADATA_VERSION,
    minSupportedVersion: MetadataVersion.MINIMUM,
    maxSupportedVersion: MetadataVersion.LATEST_PRODUCTION,
    defaultLevel: MetadataVersion.LATEST_PRODUCTION,
  },
  { name: FeatureName.SHARE_VERSION, minSupportedVersion: 0, maxSupportedVersion: 1, defaultLevel: 1 },
  { name: FeatureName.STREAMS_VERSION, minSupportedVersion: 0, maxSupportedVersion: 1, defaultLevel: 1 },
  { name: FeatureName.TRANSACTION_VERSION, minSupportedVersion: 0, maxSupportedVersion: 2, defaultLevel: 2 },
  {
    name: FeatureName.ELIGIBLE_LEADER_REPLICAS_VERSION,
    minSupportedVersion: 0,
    maxSupportedVersion: 1,
    defaultLevel: 1,
  },
]

/** With `unstable.feature.versions.enable` also the levels that are still in development. */
export function supportedFeaturesWith(allowsUnstable: boolean): readonly SupportedFeature[] {
  if (!allowsUnstable) return supportedFeatures
  return supportedFeatures.map(feature =>
    feature.name === FeatureName.METADATA_VERSION
      ? { ...feature, maxSupportedVersion: MetadataVersion.LATEST_TESTING }
      : feature,
  )
}

/** The record versions a finalized `metadata.version` calls for (`MetadataVersion.partitionRecordVersion` and its like). */
export function partitionRecordVersion(metadataVersion: number): number {
  if (metadataVersion >= MetadataVersion.IBP_4_0_IV1) return 2
  return metadataVersion >= MetadataVersion.IBP_3_7_IV2 ? 1 : 0
}

export function registerBrokerRecordVersion(metadataVersion: number): number {
  if (metadataVersion >= MetadataVersion.IBP_4_3_IV0) return 4
  if (metadataVersion >= MetadataVersion.IBP_3_7_IV2) return 3
  // From 8 (3.4-IV0) on the record says whether the broker migrates from ZooKeeper.
  return metadataVersion >= 8 ? 2 : 1
}
