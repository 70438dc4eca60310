import assert from 'node:assert/strict'
import test from 'node:test'
import { snapshotRecords } from '../../../src/controller/image/snapshot-records.ts'
import type { CreatableTopic } from '../../../src/controller/requests.ts'
import { readMetadataBatches } from '../../../src/storage/metadata-batches.ts'
import { checksum } from '../../log/harness.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { fixtureBytes } from '../../support/metadata-fixture.ts'
import { type MetadataNode, startMetadataNode } from '../../support/metadata-node.ts'

const logFile = '/data/__cluster_metadata-0/00000000000000000000.log'

function create(node: MetadataNode, ...names: string[]) {
  const topics: CreatableTopic[] = names.map(name => ({
    name,
    numPartitions: 2,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  }))
  return node.driver.createTopics({ topics, validateOnly: false, describable: () => false })
}

function namesIn(node: MetadataNode): string[] {
  return [...node.driver.image.topics.all()].map(topic => topic.name).sort()
}

function batchesOn(disk: MemoryDisk) {
  const bytes = disk.files.get(logFile)
  assert.ok(bytes)
  return [...readMetadataBatches(bytes, 'log', checksum)]
}

test('a first start writes what Kafka’s first start writes', async () => {
  const disk = new MemoryDisk()
  await startMetadataNode(disk)
  const ours = batchesOn(disk)
  const kafkas = [...readMetadataBatches(fixtureBytes('00000000000000000000.log'), 'fixture', checksum)]
  // Leader change, bootstrap transaction; Kafka's controller registers in between.
  assert.deepEqual(ours[0]?.controls, kafkas[0]?.controls)
  assert.deepEqual(ours[1]?.records, kafkas[1]?.records)
  assert.deepEqual(
    ours.slice(2).flatMap(batch => batch.records.map(record => [record.name, record.version])),
    kafkas.slice(3, 5).flatMap(batch => batch.records.map(record => [record.name, record.version])),
  )
  assert.equal(
    Buffer.from(disk.files.get('/data/__cluster_metadata-0/quorum-state') ?? []).toString(),
    Buffer.from(fixtureBytes('quorum-state')).toString().replace('"leaderEpoch":2', '"leaderEpoch":1'),
  )
})

test('a topic is on stable storage and carried out before its creation is answered', async () => {
  const disk = new MemoryDisk()
  const node = await startMetadataNode(disk)
  const [result] = await create(node, 'flights')
  assert.ok(result !== undefined && 'created' in result)
  assert.deepEqual(namesIn(node), ['flights'])
  assert.ok(node.deltas.at(-1)?.changedTopics.has(result.created.topicId))
  assert.ok(batchesOn(disk).some(batch => batch.records.some(record => record.name === 'TopicRecord')))
})

test('after a stop, and after a crash, everything answered is there again', async () => {
  const disk = new MemoryDisk()
  const first = await startMetadataNode(disk)
  await create(first, 'a', 'b')
  const before = first.driver.image
  const crashed = disk.clone()
  await first.stop()
  for (const reopened of [disk, crashed]) {
    const second = await startMetadataNode(reopened, { seed: 99 })
    assert.deepEqual(namesIn(second), ['a', 'b'])
    assert.equal(second.driver.image.topics.byName('a')?.id, before.topics.byName('a')?.id)
    assert.equal(second.driver.quorum.leaderEpoch, 2)
    const [partition] = second.driver.image.topics.byName('a')?.partitions ?? []
    assert.equal(partition?.leader, 1)
    assert.equal(partition.leaderEpoch, 2)
    await create(second, 'c')
    assert.deepEqual(namesIn(second), ['a', 'b', 'c'])
  }
})

test('requests made at once see each other, and are answered in order', async () => {
  const node = await startMetadataNode(new MemoryDisk())
  const [first, second, third] = await Promise.all([create(node, 'a'), create(node, 'a'), create(node, 'b')])
  assert.ok(first[0] !== undefined && 'created' in first[0])
  assert.ok(second[0] !== undefined && 'errorCode' in second[0] && second[0].errorCode === 36)
  assert.ok(third[0] !== undefined && 'created' in third[0])
})

test('a name that is deleted and created anew at once belongs to the new topic alone', async () => {
  const node = await startMetadataNode(new MemoryDisk())
  const [created] = await create(node, 'a')
  assert.ok(created !== undefined && 'created' in created)
  const [deleted, recreated] = await Promise.all([
    node.driver.deleteTopics([created.created.topicId]),
    create(node, 'a'),
  ])
  assert.equal(deleted[0]?.errorCode, 0)
  const [again] = recreated
  assert.ok(again !== undefined && 'created' in again)
  assert.notEqual(again.created.topicId, created.created.topicId)
  assert.equal(node.driver.image.topics.byId(created.created.topicId), undefined)
  assert.equal(node.driver.image.topics.byName('a')?.id, again.created.topicId)
})

test('an answer waits for the listeners, and the image moves on after them', async () => {
  let release = () => {}
  let isHeld = false
  const node = await startMetadataNode(new MemoryDisk(), {
    onDelta: delta => {
      if (delta.after.topics.byName('slow') === undefined) return
      isHeld = true
      return new Promise<void>(resolve => {
        release = resolve
      })
    },
  })
  let isAnswered = false
  const answer = create(node, 'slow').then(() => {
    isAnswered = true
  })
  while (!isHeld) await new Promise(resolve => setImmediate(resolve))
  assert.equal(isAnswered, false)
  assert.deepEqual(namesIn(node), [])
  release()
  await answer
  assert.deepEqual(namesIn(node), ['slow'])
})

test('producer ids go on after a restart, wherever it came', async () => {
  const disk = new MemoryDisk()
  const first = await startMetadataNode(disk)
  assert.deepEqual(await first.driver.allocateProducerIds(), { firstProducerId: 0, length: 1000 })
  const second = await startMetadataNode(disk.clone())
  assert.deepEqual(await second.driver.allocateProducerIds(), { firstProducerId: 1000, length: 1000 })
})

test('a snapshot is written after so many bytes, and a start reads it and what follows', async () => {
  const disk = new MemoryDisk()
  const settings = { snapshots: { bytesBetweenSnapshotsMax: 2000 } }
  const first = await startMetadataNode(disk, settings)
  for (let index = 0; index < 20; index++) await create(first, `topic-${index}`)
  await first.stop()
  const checkpoints = [...disk.files.keys()].filter(path => path.endsWith('.checkpoint') && path.includes('__cluster'))
  assert.ok(checkpoints.length >= 2, `${checkpoints}`)
  const image = first.driver.committedImage
  // The log before the last snapshot is not needed any more.
  const second = await startMetadataNode(disk, { seed: 5 })
  assert.deepEqual(namesIn(second), namesIn(first))
  assert.deepEqual(
    [...snapshotRecords(second.driver.image)].filter(record => record.name === 'TopicRecord'),
    [...snapshotRecords(image)].filter(record => record.name === 'TopicRecord'),
  )
})

test('what is appended while a snapshot is written waits until it is committed', async () => {
  const disk = new MemoryDisk()
  let release = () => {}
  const node = await startMetadataNode(disk, {
    snapshots: { bytesBetweenSnapshotsMax: 1 },
    onDelta: delta => {
      if (delta.before.topics.byName('held') !== undefined || delta.after.topics.byName('held') === undefined) return
      return new Promise<void>(resolve => {
        release = resolve
      })
    },
  })
  await create(node, 'first')
  const held = create(node, 'held')
  // The snapshot of what the first one brought is written meanwhile; the second one's bytes are in no image yet.
  for (let turn = 0; turn < 100; turn++) await new Promise(resolve => setImmediate(resolve))
  release()
  await held
  await node.stop()
  assert.deepEqual(namesIn(await startMetadataNode(disk, { seed: 5 })), ['first', 'held'])
})

test('old snapshots go when log and snapshots are larger than what is kept', async () => {
  const disk = new MemoryDisk()
  const first = await startMetadataNode(disk, { snapshots: { bytesBetweenSnapshotsMax: 1000, retentionBytes: 1 } })
  for (let index = 0; index < 20; index++) await create(first, `topic-${index}`)
  await first.stop()
  const checkpoints = [...disk.files.keys()].filter(path => path.endsWith('.checkpoint') && path.includes('__cluster'))
  assert.equal(checkpoints.length, 1)
  const second = await startMetadataNode(disk, { seed: 5 })
  assert.equal(namesIn(second).length, 20)
})

test('segments that a snapshot has made needless are deleted, and the rest is enough', async () => {
  const disk = new MemoryDisk()
  const options = { segmentBytes: 2000, snapshots: { bytesBetweenSnapshotsMax: 1000, retentionBytes: 3000 } }
  const first = await startMetadataNode(disk, options)
  await create(first, 'kept')
  for (let round = 0; round < 20; round++) {
    const [result] = await create(first, 'passing')
    assert.ok(result !== undefined && 'created' in result)
    await first.driver.deleteTopics([result.created.topicId])
  }
  const segments = () => [...disk.files.keys()].filter(path => path.includes('__cluster') && path.endsWith('.log'))
  const before = segments().length
  assert.ok(before > 3, `${before} segments`)
  first.harness.manager.startPeriodicWork()
  first.harness.clock.advance(400_000)
  while (segments().length === before) await new Promise(resolve => setImmediate(resolve))
  assert.ok(!segments().includes(logFile))
  await first.stop()
  const second = await startMetadataNode(disk, { ...options, seed: 5 })
  assert.deepEqual(namesIn(second), ['kept'])
})

test('when the metadata log fails nothing is answered, and the node is told', async () => {
  const disk = new MemoryDisk()
  const node = await startMetadataNode(disk)
  disk.failWith = 'EIO'
  await assert.rejects(create(node, 'a'))
  assert.equal(node.failures.length, 1)
  await assert.rejects(create(node, 'b'))
})

test('a listener that fails ends the node, and the request is not answered as done', async () => {
  const node = await startMetadataNode(new MemoryDisk(), {
    onDelta: delta => {
      if (delta.after.topics.byName('bad') !== undefined) throw new Error('no room for it')
    },
  })
  await assert.rejects(create(node, 'bad'), /no room for it/)
  assert.equal(node.failures.length, 1)
  assert.deepEqual(namesIn(node), [])
})

test('a shutdown of more partitions than one batch may hold is written in several', async () => {
  const disk = new MemoryDisk()
  const first = await startMetadataNode(disk)
  for (const name of ['a', 'b']) {
    const topic = { name, numPartitions: 6000, replicationFactor: 1, assignments: [], configs: [] }
    const [result] = await first.driver.createTopics({ topics: [topic], validateOnly: false, describable: () => false })
    assert.ok(result !== undefined && 'created' in result)
  }
  await first.stop()
  assert.ok(Math.max(...batchesOn(disk).map(batch => batch.records.length)) <= 10_000)
  const second = await startMetadataNode(disk, { seed: 5 })
  for (const topic of second.driver.image.topics.all()) {
    assert.ok(topic.partitions.every(({ leader, leaderEpoch }) => leader === 1 && leaderEpoch === 2))
  }
})

test('a directory that real Kafka wrote is loaded, led in the next epoch, and written on', async () => {
  const disk = new MemoryDisk()
  disk.put('/data/meta.properties', fixtureBytes('meta.properties'))
  disk.put('/data/bootstrap.checkpoint', fixtureBytes('bootstrap.checkpoint'))
  disk.put(logFile, fixtureBytes('00000000000000000000.log'))
  disk.put('/data/__cluster_metadata-0/quorum-state', fixtureBytes('quorum-state'))
  disk.put(
    '/data/__cluster_metadata-0/partition.metadata',
    new TextEncoder().encode('version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ'),
  )
  const node = await startMetadataNode(disk)
  assert.equal(node.registration.clusterId, '4L6g3nShT-eMCtK--X86sw')
  assert.deepEqual(node.registration.directories, ['FLUBCO4F6hX7sCHrDtPeAQ'])
  assert.equal(node.driver.quorum.leaderEpoch, 3)
  assert.deepEqual(namesIn(node), ['flights'])
  assert.equal(node.driver.image.topics.byName('flights')?.partitions[4]?.leader, 1)
  await create(node, 'ours')
  assert.deepEqual(namesIn(node), ['flights', 'ours'])
})

test('a directory formatted for dynamic voters keeps its voters, in the quorum’s state and in every snapshot', async () => {
  const disk = new MemoryDisk()
  for (const name of ['meta.properties', 'bootstrap.checkpoint']) {
    disk.put(`/data/${name}`, fixtureBytes(name, 'metadata-log-dynamic'))
  }
  const inLog = [
    '00000000000000000000.log',
    '00000000000000000000-0000000000.checkpoint',
    'quorum-state',
    'leader-epoch-checkpoint',
    'partition.metadata',
  ]
  for (const name of inLog) {
    disk.put(`/data/__cluster_metadata-0/${name}`, fixtureBytes(name, 'metadata-log-dynamic'))
  }
  const node = await startMetadataNode(disk, { snapshots: { bytesBetweenSnapshotsMax: 1 } })
  assert.deepEqual(namesIn(node), ['dyn'])
  assert.equal(node.driver.quorum.kraftVersion, 1)
  assert.equal(node.driver.quorum.directoryId, 'ZNAz9e7nQ4OrAXWOh3-F_Q')
  assert.equal(
    Buffer.from(disk.files.get('/data/__cluster_metadata-0/quorum-state') ?? []).toString(),
    '{"leaderId":1,"leaderEpoch":2,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}',
  )
  await create(node, 'ours')
  await node.stop()
  const [kafkas] = readMetadataBatches(
    fixtureBytes('00000000000000000000-0000000000.checkpoint', 'metadata-log-dynamic'),
    'fixture',
    checksum,
  )
  const latest =
    [...disk.files.keys()]
      .filter(path => /\d{20}-\d{10}\.checkpoint$/.test(path))
      .sort()
      .at(-1) ?? ''
  const [ours] = readMetadataBatches(disk.files.get(latest) ?? new Uint8Array(), latest, checksum)
  assert.equal(ours?.controls.length, 3, 'header, kraft.version, voters')
  assert.deepEqual(ours.controls.slice(1), kafkas?.controls.slice(1))
})
