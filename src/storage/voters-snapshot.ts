import type { Checksum, Clock, Disk } from '../ports.ts'
import { type DynamicVoter, quorumRecords } from './dynamic-voters.ts'
import { joinPath } from './join-path.ts'
import { snapshotBatches } from './snapshot-format.ts'

export const metadataLogDirectoryName = '__cluster_metadata-0'

const fileName = '00000000000000000000-0000000000.checkpoint'

/** The file, and what an interrupted write leaves of it. */
export const votersSnapshotNames: readonly string[] = [fileName, `${fileName}.tmp`]

/** The first snapshot of a dynamic quorum's metadata log, which covers nothing: all it says is who votes (KIP-853). */
export async function writeVotersSnapshot(
  metadataLogDirectory: string,
  voters: readonly DynamicVoter[],
  controllerListenerName: string,
  { disk, clock, checksum }: { readonly disk: Disk; readonly clock: Clock; readonly checksum: Checksum },
): Promise<void> {
  const directory = joinPath(metadataLogDirectory, metadataLogDirectoryName)
  const nowMs = clock.nowMs()
  const options = {
    lastContainedLogTimeMs: nowMs,
    nowMs,
    epoch: 0,
    quorumRecords: quorumRecords(voters, controllerListenerName),
  }
  await disk.makeDirectory(directory)
  const chunks = [...snapshotBatches([], options, checksum)]
  await disk.replaceFile(joinPath(directory, fileName), Buffer.concat(chunks))
}
