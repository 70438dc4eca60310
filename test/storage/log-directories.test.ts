import assert from 'node:assert/strict'
import test from 'node:test'
import { VotersRecord } from '../../src/protocol/control/voters-record.ts'
import { ControlRecordType } from '../../src/protocol/records/control-record.ts'
import { type FormatOptions, formatDirectories, LogDirectoryError } from '../../src/storage/log-directories.ts'
import { parseMetaProperties } from '../../src/storage/meta-properties.ts'
import { readMetadataBatches } from '../../src/storage/metadata-batches.ts'
import { CollectedLoggers, checksum, ManualClock } from '../log/harness.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { fixtureBytes } from '../support/metadata-fixture.ts'
import { countingRandom } from '../support/metadata-node.ts'

function format(disk: MemoryDisk, change: Partial<FormatOptions> = {}) {
  return formatDirectories({
    disk,
    random: countingRandom(),
    clock: new ManualClock(Date.UTC(2026, 10, 3, 4, 5, 6)),
    checksum,
    logger: new CollectedLoggers().named(),
    logDirectories: ['/data'],
    metadataLogDirectory: '/data',
    nodeId: 1,
    ...change,
  })
}

function text(disk: MemoryDisk, path: string): string {
  return Buffer.from(disk.files.get(path) ?? []).toString()
}

async function refusalOf(disk: MemoryDisk, change: Partial<FormatOptions> = {}): Promise<string> {
  const before = disk.files
  try {
    await format(disk, change)
  } catch (error) {
    assert.ok(error instanceof LogDirectoryError, `${error}`)
    assert.deepEqual(disk.files, before, 'a refused directory is left as it is')
    return error.message
  }
  throw new Error('the directory was taken')
}

test('a new directory is formatted as kafka-storage formats it', async () => {
  const disk = new MemoryDisk()
  const { clusterId, directories, isNew } = await format(disk, { clusterId: '4L6g3nShT-eMCtK--X86sw' })
  assert.equal(clusterId, '4L6g3nShT-eMCtK--X86sw')
  assert.equal(isNew, true)
  const kafkas = Buffer.from(fixtureBytes('meta.properties'))
    .toString()
    .replace(/#.*UTC 2026/, '#Tue Nov 03 04:05:06 UTC 2026')
    .replace('FLUBCO4F6hX7sCHrDtPeAQ', directories[0]?.directoryId ?? '')
  assert.equal(text(disk, '/data/meta.properties'), kafkas)
})

test('bootstrap.checkpoint is byte for byte Kafka’s, but for times and checksums', async () => {
  const disk = new MemoryDisk()
  await format(disk)
  const masked = (bytes: Uint8Array) => {
    const copy = Buffer.from(bytes)
    for (let at = 0; at < copy.length; at += 12 + copy.readInt32BE(at + 8)) {
      copy.fill(0, at + 17, at + 21)
      copy.fill(0, at + 27, at + 43)
    }
    return copy.toString('hex')
  }
  assert.equal(
    masked(disk.files.get('/data/bootstrap.checkpoint') ?? new Uint8Array()),
    masked(fixtureBytes('bootstrap.checkpoint')),
  )
})

test('a formatted directory is taken as it is, with the id it has', async () => {
  const disk = new MemoryDisk()
  const first = await format(disk)
  const files = disk.files
  const second = await format(disk)
  assert.deepEqual(second.directories, first.directories)
  assert.equal(second.clusterId, first.clusterId)
  assert.equal(second.isNew, false)
  assert.deepEqual(disk.files, files)
})

test('an id for new directories does not keep old ones from being used', async () => {
  const disk = new MemoryDisk()
  assert.equal((await format(disk, { clusterIdOfNew: 'first' })).clusterId, 'first')
  assert.equal((await format(disk, { clusterIdOfNew: 'second' })).clusterId, 'first')
  assert.equal(
    (await format(disk, { clusterIdOfNew: 'second', logDirectories: ['/data', '/more'] })).clusterId,
    'first',
  )
})

test('a directory added later joins the cluster of the others', async () => {
  const disk = new MemoryDisk()
  const { clusterId } = await format(disk)
  const { directories, isNew } = await format(disk, { logDirectories: ['/data', '/more'] })
  assert.equal(isNew, true)
  assert.equal(new Set(directories.map(({ directoryId }) => directoryId)).size, 2)
  assert.equal(parseMetaProperties(disk.files.get('/more/meta.properties') ?? new Uint8Array()).clusterId, clusterId)
})

test('a format that was interrupted is finished at the next start', async () => {
  const disk = new MemoryDisk()
  disk.put('/data/bootstrap.checkpoint', fixtureBytes('bootstrap.checkpoint'))
  disk.put('/data/bootstrap.checkpoint.tmp', new Uint8Array(3))
  disk.put('/data/meta.properties.tmp', new Uint8Array(3))
  disk.put('/data/.lock', new Uint8Array())
  assert.equal((await format(disk)).isNew, true)
})

test('a controller without configured voters is the first voter of a dynamic quorum', async () => {
  const disk = new MemoryDisk()
  const standaloneController = { listenerName: 'CONTROLLER', host: 'localhost', port: 9093 }
  const [directory] = (await format(disk, { standaloneController })).directories
  const file = '/data/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint'
  const voterOf = () => {
    const [opening] = readMetadataBatches(disk.files.get(file) ?? new Uint8Array(), file, checksum)
    const record = opening?.controls.find(({ type }) => type === ControlRecordType.KRAFT_VOTERS)
    return VotersRecord.decode(record?.value ?? new Uint8Array(), 0).voters[0]
  }
  assert.equal(voterOf()?.voterDirectoryId, directory?.directoryId)
  assert.deepEqual(voterOf()?.endpoints, [{ name: 'CONTROLLER', host: 'localhost', port: 9093 }])

  // Broken off before meta.properties, it is begun anew, with the id that the directory then has.
  await disk.remove('/data/meta.properties')
  const again = await format(disk, { standaloneController })
  assert.equal(again.isNew, true)
  assert.equal(voterOf()?.voterDirectoryId, again.directories[0]?.directoryId)

  // A metadata log is never thrown away.
  await disk.remove('/data/meta.properties')
  disk.put('/data/__cluster_metadata-0/00000000000000000000.log', new Uint8Array(1))
  assert.match(await refusalOf(disk, { standaloneController }), /it holds __cluster_metadata-0/)
})

test('a directory that is not a log directory is refused', async () => {
  const disk = new MemoryDisk()
  disk.put('/data/holiday.jpg', new Uint8Array(3))
  assert.equal(
    await refusalOf(disk),
    'No meta.properties found in /data, and it is not empty (it holds holiday.jpg): not a log directory. ' +
      'Choose another directory, or empty this one.',
  )
})

test('another cluster’s, another node’s and a copied directory are refused in Kafka’s words', async () => {
  const disk = new MemoryDisk()
  disk.put('/data/meta.properties', fixtureBytes('meta.properties'))
  assert.equal(
    await refusalOf(disk, { clusterId: 'other' }),
    'Invalid cluster.id in: /data/meta.properties. Expected other, but read 4L6g3nShT-eMCtK--X86sw',
  )
  assert.match(
    await refusalOf(disk, { nodeId: 2 }),
    /^Stored node id 1 doesn't match previous node id 2 in \/data\/meta/,
  )
  disk.put('/copy/meta.properties', fixtureBytes('meta.properties'))
  assert.match(
    await refusalOf(disk, { logDirectories: ['/data', '/copy'] }),
    /^Duplicate directory ID Optional\[FLUBCO4F6hX7sCHrDtPeAQ\]/,
  )
})

test('a meta.properties that says nothing usable is refused', async () => {
  for (const [content, complaint] of [
    ['version=2\n', /Unknown meta.properties version number 2/],
    ['version=1\nnode.id=1\n', /cluster\.id was not found/],
    ['version=1\ncluster.id=x\n', /Failed to find node\.id/],
    ['version=1\ncluster.id=x\nnode.id=one\n', /Unable to read node\.id/],
    ['version=1\ncluster.id=x\nnode.id=1\ndirectory.id=zzz\n', /Unable to read directory\.id/],
    ['version=1\ncluster.id=x\nnode.id=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\n', /reserved directory ID/],
  ] as const) {
    const disk = new MemoryDisk()
    disk.put('/data/meta.properties', new TextEncoder().encode(content))
    assert.match(await refusalOf(disk), complaint)
  }
})

test('a directory that cannot be written to is named', async () => {
  const disk = new MemoryDisk()
  disk.failWith = 'EROFS'
  assert.match(await refusalOf(disk), /^Log directory \/data is not writable: EROFS/)
})

test('a metadata log outside metadata.log.dir is refused', async () => {
  const disk = new MemoryDisk()
  await format(disk)
  disk.put('/data/__cluster_metadata-0/quorum-state', fixtureBytes('quorum-state'))
  assert.match(await refusalOf(disk, { metadataLogDirectory: '/meta' }), /^Found the metadata log in \/data/)
})
