import { FeatureName } from '../controller/feature-levels.ts'
import type { MetadataRecord } from '../controller/metadata-record.ts'
import type { Checksum, Disk } from '../ports.ts'
import { joinPath } from './join-path.ts'
import { snapshotBatches } from './snapshot-format.ts'

export const bootstrapCheckpointFileName = 'bootstrap.checkpoint'

/** `bootstrap.checkpoint`, atomically. */
export async function writeBootstrapCheckpoint(
  directory: string,
  records: readonly MetadataRecord[],
  nowMs: number,
  { disk, checksum }: { readonly disk: Disk; readonly checksum: Checksum },
): Promise<void> {
  const chunks = [...snapshotBatches(records, { lastContainedLogTimeMs: 0, nowMs, epoch: 0 }, checksum)]
  await disk.replaceFile(joinPath(directory, bootstrapCheckpointFileName), Buffer.concat(chunks))
}

/** As Kafka's `kafka-storage format` shows it. */
export function bootstrapMetadataText(records: readonly MetadataRecord[], source: string): string {
  const shown = records.map(record => `ApiMessageAndVersion(${recordText(record)} at version ${record.version})`)
  const metadataVersion = records.findLast(
    record => record.name === 'FeatureLevelRecord' && record.message.name === FeatureName.METADATA_VERSION,
  )
  const level = metadataVersion?.name === 'FeatureLevelRecord' ? metadataVersion.message.featureLevel : 0
  return `BootstrapMetadata(records=[${shown.join(', ')}], metadataVersionLevel=${level}, source=${source})`
}

function recordText({ name, message }: MetadataRecord): string {
  const fields = Object.entries(message).map(([field, value]) => `${field}=${valueText(value)}`)
  return `${name}(${fields.join(', ')})`
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (value instanceof Uint8Array) return `[${Array.from(new Int8Array(value)).join(', ')}]`
  return String(value)
}
