import assert from 'node:assert/strict'
import test from 'node:test'
import type { DiskFile } from '../../../src/ports.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { type MetadataNode, startMetadataNode } from '../../support/metadata-node.ts'

/** What had been answered when the disk stood like this. */
interface Moment {
  readonly disk: MemoryDisk
  readonly created: readonly string[]
  readonly deleted: readonly string[]
  readonly producerIdMax: number
}

/** Tells of each change, after which a process may be killed; `stable` is what a power failure would leave then. */
class CrashingDisk extends MemoryDisk {
  readonly stable = new MemoryDisk()
  onChange: () => void = () => {}

  override async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await super.open(path, mode)
    this.onChange()
    return {
      ...file,
      write: (buffers, position) => {
        // Torn: only the first half of the bytes got there.
        const bytes = Buffer.concat(buffers)
        const torn = file.write([bytes.subarray(0, bytes.length >> 1)], position)
        this.onChange()
        const whole = file.write(buffers, position)
        this.onChange()
        return torn === undefined ? whole : torn.then(() => whole)
      },
      sync: async () => {
        await file.sync()
        this.stable.put(path, await super.readFile(path))
        this.onChange()
      },
      truncate: async length => {
        await file.truncate(length)
        this.onChange()
      },
    }
  }

  override async replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    await super.replaceFile(path, bytes)
    this.stable.put(path, bytes)
    this.onChange()
  }

  override async rename(from: string, to: string): Promise<void> {
    await super.rename(from, to)
    if (this.stable.files.has(from)) await this.stable.rename(from, to)
    this.onChange()
  }

  override async remove(path: string): Promise<void> {
    await super.remove(path)
    if (this.stable.files.has(path)) await this.stable.remove(path)
    this.onChange()
  }
}

function create(node: MetadataNode, name: string) {
  const topic = { name, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
  return node.driver.createTopics({ topics: [topic], validateOnly: false, describable: () => false })
}

/** `left` takes from the disk what a crash of the kind in question leaves. */
async function momentsOfALife(left: (disk: CrashingDisk) => MemoryDisk): Promise<Moment[]> {
  const disk = new CrashingDisk()
  const moments: Moment[] = []
  const created = new Set<string>()
  const deleted = new Set<string>()
  let producerIdMax = -1
  disk.onChange = () => {
    moments.push({ disk: left(disk), created: [...created], deleted: [...deleted], producerIdMax })
  }
  for (const life of [1, 2]) {
    const node = await startMetadataNode(disk, {
      seed: life * 100,
      snapshots: { bytesBetweenSnapshotsMax: 600, retentionBytes: 1500 },
    })
    for (const name of [`a-${life}`, `b-${life}`, `c-${life}`]) {
      await create(node, name)
      created.add(name)
    }
    const { firstProducerId, length } = await node.driver.allocateProducerIds()
    assert.ok(firstProducerId > producerIdMax)
    producerIdMax = firstProducerId + length - 1
    const doomed = node.driver.image.topics.byName(`a-${life}`)
    assert.ok(doomed)
    // From the request on it may be gone, from the answer on it must.
    created.delete(doomed.name)
    await node.driver.deleteTopics([doomed.id])
    deleted.add(doomed.name)
    await node.stop()
  }
  return moments
}

async function checkMoments(moments: readonly Moment[]): Promise<void> {
  assert.ok(moments.length > 60, `${moments.length} moments`)
  for (const [index, { disk, created, deleted, producerIdMax }] of moments.entries()) {
    const node = await startMetadataNode(disk, { seed: 7 })
    assert.deepEqual(node.failures, [], `moment ${index}`)
    for (const name of created) {
      const topic = node.driver.image.topics.byName(name)
      assert.equal(topic?.partitions.length, 2, `moment ${index}: ${name}`)
      assert.ok(topic.partitions.every(({ leader }) => leader === 1))
    }
    for (const name of deleted)
      assert.equal(node.driver.image.topics.byName(name), undefined, `moment ${index}: ${name}`)
    const block = await node.driver.allocateProducerIds()
    assert.ok(block.firstProducerId > producerIdMax, `moment ${index}`)
    await create(node, 'after')
    assert.ok(node.driver.image.topics.byName('after'))
  }
}

test('killed after any change of the disk, a node finds everything it had answered', async () => {
  await checkMoments(await momentsOfALife(disk => disk.clone()))
})

test('after a power failure at any moment too: what is answered was synced', async () => {
  await checkMoments(await momentsOfALife(disk => disk.stable.clone()))
})
