import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import { snapshotRecords } from '../../controller/image/snapshot-records.ts'
import type { Checksum, Disk, DiskFile } from '../../ports.ts'
import { joinPath } from '../../storage/join-path.ts'
import { type MetadataBatch, readMetadataBatches } from '../../storage/metadata-batches.ts'
import { type QuorumControlRecord, snapshotBatches } from '../../storage/snapshot-format.ts'

/** A snapshot holds everything below `endOffset`, the last of it written in `epoch`. */
export interface SnapshotId {
  readonly endOffset: number
  readonly epoch: number
}

export interface StoredSnapshot extends SnapshotId {
  readonly sizeInBytes: number
}

const fileNamePattern = /^(\d{20})-(\d{10})\.checkpoint$/
const leftoverPattern = /\.checkpoint\.(part|deleted)$/

/** The `.checkpoint` files beside the metadata log. A file of that name is whole: it is renamed once it is on stable storage. */
export class SnapshotStore {
  readonly #disk: Disk
  readonly #directory: string
  readonly #checksum: Checksum
  #snapshots: StoredSnapshot[] = []

  private constructor(disk: Disk, directory: string, checksum: Checksum) {
    this.#disk = disk
    this.#directory = directory
    this.#checksum = checksum
  }

  static async open(disk: Disk, directory: string, checksum: Checksum): Promise<SnapshotStore> {
    const store = new SnapshotStore(disk, directory, checksum)
    for (const { name } of await disk.list(directory)) {
      const path = joinPath(directory, name)
      if (leftoverPattern.test(name)) await disk.remove(path)
      const [, endOffset, epoch] = fileNamePattern.exec(name) ?? []
      if (endOffset === undefined || epoch === undefined) continue
      const { sizeInBytes } = await disk.status(path)
      store.#snapshots.push({ endOffset: Number(endOffset), epoch: Number(epoch), sizeInBytes })
    }
    store.#snapshots.sort((a, b) => a.endOffset - b.endOffset || a.epoch - b.epoch)
    return store
  }

  /** Oldest first. */
  get snapshots(): readonly StoredSnapshot[] {
    return this.#snapshots
  }

  get latest(): StoredSnapshot | undefined {
    return this.#snapshots.at(-1)
  }

  async read(id: SnapshotId): Promise<MetadataBatch[]> {
    const path = joinPath(this.#directory, fileName(id))
    return [...readMetadataBatches(await this.#disk.readFile(path), path, this.#checksum)]
  }

  /** Batch by batch, so that a large image does not hold the loop. */
  async write(
    image: MetadataImage,
    quorumRecords: readonly QuorumControlRecord[],
    nowMs: number,
  ): Promise<StoredSnapshot> {
    const { lastContainedOffset, lastContainedEpoch, lastContainedLogTimeMs } = image.provenance
    const id = { endOffset: lastContainedOffset + 1, epoch: lastContainedEpoch }
    const path = joinPath(this.#directory, fileName(id))
    const options = { lastContainedLogTimeMs, nowMs, epoch: id.epoch, quorumRecords }
    const file = await this.#disk.open(`${path}.part`, 'create')
    let sizeInBytes: number
    try {
      sizeInBytes = await this.#fill(file, snapshotBatches(snapshotRecords(image), options, this.#checksum))
      await file.sync()
    } finally {
      await file.close()
    }
    await this.#disk.rename(`${path}.part`, path)
    await this.#disk.syncDirectory(this.#directory)
    const stored = { ...id, sizeInBytes }
    this.#snapshots.push(stored)
    return stored
  }

  async removeOldest(): Promise<void> {
    const oldest = this.#snapshots.shift()
    if (oldest !== undefined) await this.#disk.remove(joinPath(this.#directory, fileName(oldest)))
  }

  async #fill(file: DiskFile, batches: Iterable<Uint8Array>): Promise<number> {
    await file.truncate(0)
    let position = 0
    for (const batch of batches) {
      await file.write([batch], position)
      position += batch.length
    }
    return position
  }
}

function fileName({ endOffset, epoch }: SnapshotId): string {
  return `${String(endOffset).padStart(20, '0')}-${String(epoch).padStart(10, '0')}.checkpoint`
}
