import { assert } from '../assertion.ts'
import { FeatureName, MetadataVersion, supportedFeatures } from './feature-levels.ts'
import { ConfigResourceType } from './image/configurations.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'

/** What `kafka-storage format` finalizes without options. */
export function defaultBootstrapRecords(): readonly MetadataRecord[] {
  return featureLevelRecords(new Map(supportedFeatures.map(({ name, defaultLevel }) => [name, defaultLevel])))
}

/** Finalizes features at these levels: `metadata.version` first, the others by name. */
export function featureLevelRecords(levels: ReadonlyMap<string, number>): readonly MetadataRecord[] {
  // `kraft.version` is finalized through a control record; level 0 goes without saying.
  const others = [...levels.keys()].filter(
    name => name !== FeatureName.METADATA_VERSION && name !== FeatureName.KRAFT_VERSION && (levels.get(name) ?? 0) > 0,
  )
  return [FeatureName.METADATA_VERSION, ...others.sort()].map(name =>
    metadataRecord('FeatureLevelRecord', 0, { name, featureLevel: levels.get(name) ?? 0 }),
  )
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
