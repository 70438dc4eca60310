import { assert } from '../assertion.ts'
import { FeatureName, MetadataVersion, supportedFeatures } from './feature-levels.ts'
import { ConfigResourceType } from './image/configurations.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'

/** What `kafka-storage format` finalizes without options: metadata.version first, the others by name. */
export function defaultBootstrapRecords(): readonly MetadataRecord[] {
  const isFirst = (name: string) => (name === FeatureName.METADATA_VERSION ? 0 : 1)
  return supportedFeatures
    .filter(({ name, defaultLevel }) => name !== FeatureName.KRAFT_VERSION && defaultLevel > 0)
    .toSorted((a, b) => isFirst(a.name) - isFirst(b.name) || (a.name < b.name ? -1 : 1))
    .map(({ name, defaultLevel }) => metadataRecord('FeatureLevelRecord', 0, { name, featureLevel: defaultLevel }))
}

/** The first records of the first active controller: Kafka's ActivationRecordsGenerator for an empty log. */
export function firstActivationRecords(
  bootstrapRecords: readonly MetadataRecord[],
  options: { readonly minInsyncReplicas: number; readonly abortsTransaction: boolean },
): readonly MetadataRecord[] {
  const levels = new Map<string, number>()
  for (const record of bootstrapRecords) {
    if (record.name === 'FeatureLevelRecord') levels.set(record.message.name, record.message.featureLevel)
  }
  const metadataVersion = levels.get(FeatureName.METADATA_VERSION)
  assert(metadataVersion !== undefined, 'the bootstrap records finalize no metadata.version')
  // Older versions know no transactions; the batch is whole or not there at all.
  const isTransaction = metadataVersion >= MetadataVersion.IBP_3_6_IV1
  const isElrEnabled = (levels.get(FeatureName.ELIGIBLE_LEADER_REPLICAS_VERSION) ?? 0) > 0
  return [
    ...(options.abortsTransaction ? abortRecords : []),
    ...(isTransaction ? [metadataRecord('BeginTransactionRecord', 0, { name: 'Bootstrap records' })] : []),
    ...bootstrapRecords,
    // Eligibility depends on min.insync.replicas, so it must be one value for the whole cluster.
    ...(isElrEnabled ? [clusterMinInsyncReplicas(options.minInsyncReplicas)] : []),
    ...(isTransaction ? [metadataRecord('EndTransactionRecord', 0, {})] : []),
  ]
}

/** A transaction that its controller did not live to end. */
export const abortRecords: readonly MetadataRecord[] = [
  metadataRecord('AbortTransactionRecord', 0, { reason: 'Controller failover' }),
]

function clusterMinInsyncReplicas(value: number): MetadataRecord {
  return metadataRecord('ConfigRecord', 0, {
    resourceType: ConfigResourceType.BROKER,
    resourceName: '',
    name: 'min.insync.replicas',
    value: String(value),
  })
}
