import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { metadataRecord } from '../../src/controller/metadata-record.ts'
import { createChecksum } from '../../src/platform/checksum.ts'
import { randomUuid } from '../../src/protocol/uuid.ts'
import { formatMetaProperties } from '../../src/storage/meta-properties.ts'
import { snapshotBatches } from '../../src/storage/snapshot-format.ts'

/** Makes of an empty directory one of a new cluster in which these levels are finalized, and no others. */
export async function formatDirectory(directory: string, levels: Readonly<Record<string, number>>): Promise<void> {
  const uuid = () => randomUuid(length => crypto.getRandomValues(new Uint8Array(length)))
  const nowMs = Date.now()
  const records = Object.entries(levels).map(([name, featureLevel]) =>
    metadataRecord('FeatureLevelRecord', 0, { name, featureLevel }),
  )
  const options = { lastContainedLogTimeMs: 0, nowMs, epoch: 0 }
  const checkpoint = Buffer.concat([...snapshotBatches(records, options, createChecksum())])
  await writeFile(join(directory, 'bootstrap.checkpoint'), checkpoint)
  const properties = formatMetaProperties({ version: 1, clusterId: uuid(), nodeId: 1, directoryId: uuid() }, nowMs)
  await writeFile(join(directory, 'meta.properties'), properties)
}
