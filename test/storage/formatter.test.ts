import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VotersRecord } from '../../src/protocol/control/voters-record.ts'
import { ControlRecordType } from '../../src/protocol/records/control-record.ts'
import { parseDynamicVoters } from '../../src/storage/dynamic-voters.ts'
import { effectiveFeatureLevels } from '../../src/storage/effective-features.ts'
import { type FormatterRequest, formatStorage } from '../../src/storage/formatter.ts'
import { formatDirectories } from '../../src/storage/log-directories.ts'
import { readMetadataBatches } from '../../src/storage/metadata-batches.ts'
import { scramRecord } from '../../src/storage/scram-argument.ts'
import { StorageError } from '../../src/storage/storage-error.ts'
import { CollectedLoggers, checksum, ManualClock } from '../log/harness.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { countingRandom } from '../support/metadata-node.ts'

async function format(disk: MemoryDisk, change: Partial<FormatterRequest> = {}): Promise<string[]> {
  const lines: string[] = []
  const request: FormatterRequest = {
    nodeId: 1,
    clusterId: '4L6g3nShT-eMCtK--X86sw',
    directories: ['/data'],
    metadataLogDirectory: '/data',
    controllerListenerName: 'CONTROLLER',
    ignoresFormatted: false,
    initialControllers: undefined,
    scramArguments: [],
    releaseVersion: undefined,
    levels: new Map(),
    allowsUnstable: false,
    hasDynamicQuorum: false,
    print: line => lines.push(line),
    ...change,
  }
  await formatStorage(request, { disk, clock: new ManualClock(1000), random: countingRandom(), checksum })
  return lines
}

const refusal = (message: string | RegExp) => (error: unknown) =>
  error instanceof StorageError &&
  (typeof message === 'string' ? error.message === message : message.test(error.message))

/** As the node itself finds the directory when it starts. */
function start(disk: MemoryDisk) {
  return formatDirectories({
    disk,
    random: countingRandom(),
    clock: new ManualClock(2000),
    checksum,
    logger: new CollectedLoggers().named(),
    logDirectories: ['/data'],
    metadataLogDirectory: '/data',
    nodeId: 1,
  })
}

function batches(disk: MemoryDisk, path: string) {
  return [...readMetadataBatches(disk.files.get(path) ?? new Uint8Array(), path, checksum)]
}

const voterId = 'JEXY6aqzQY-32P5TStzaFg'
const voters = parseDynamicVoters(`1@localhost:9093:${voterId}`)

describe('formatting', () => {
  it('hands the features and credentials asked for to the first controller', async () => {
    const disk = new MemoryDisk()
    await format(disk, {
      levels: new Map([['group.version', 0]]),
      scramArguments: ['SCRAM-SHA-512=[name=alice,iterations=8192,salt="N3E=",saltedpassword="YCE="]'],
    })
    const { isNew, bootstrapRecords } = await start(disk)
    assert.equal(isNew, false)
    const features = bootstrapRecords.flatMap(record =>
      record.name === 'FeatureLevelRecord' ? [record.message.name] : [],
    )
    assert.equal(features[0], 'metadata.version')
    assert.ok(!features.includes('group.version'))
    const [credential] = bootstrapRecords.filter(record => record.name === 'UserScramCredentialRecord')
    assert.equal(credential?.message.name, 'alice')
  })

  it('gives a voter the directory id under which it votes', async () => {
    const disk = new MemoryDisk()
    await format(disk, { hasDynamicQuorum: true, initialControllers: voters })
    assert.equal((await start(disk)).directories[0]?.directoryId, voterId)
    const path = '/data/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint'
    const [opening] = batches(disk, path)
    const record = opening?.controls.find(({ type }) => type === ControlRecordType.KRAFT_VOTERS)
    const [voter] = VotersRecord.decode(record?.value ?? new Uint8Array(), 0).voters
    assert.deepEqual(voter?.endpoints, [{ name: 'CONTROLLER', host: 'localhost', port: 9093 }])
  })

  it('for features this node does not have keeps it from starting', async () => {
    const disk = new MemoryDisk()
    await format(disk, { allowsUnstable: true, releaseVersion: 31 })
    await assert.rejects(start(disk), /asks for metadata\.version=31, and this node supports 7 to 30$/)
  })

  it('leaves what is formatted as it is', async () => {
    const disk = new MemoryDisk()
    await format(disk)
    const before = disk.files
    await assert.rejects(format(disk), refusal(/^Log directory \/data is already formatted/))
    await assert.rejects(format(disk, { clusterId: 'other', ignoresFormatted: true }), refusal(/^Invalid cluster\.id/))
    assert.deepEqual(await format(disk, { ignoresFormatted: true }), [
      'All of the log directories are already formatted.',
    ])
    assert.deepEqual(disk.files, before)
  })

  it('that is broken off is no format', async () => {
    const disk = new MemoryDisk()
    disk.failWith = 'ENOSPC'
    await assert.rejects(format(disk), refusal(/^Error while writing meta\.properties file \/data: ENOSPC/))
    assert.equal(disk.files.has('/data/meta.properties'), false)
  })
})

it('features follow the release, and must not need what it lacks', () => {
  const levels = (releaseVersion: number, asked: readonly [string, number][] = []) =>
    effectiveFeatureLevels({
      releaseVersion,
      levels: new Map(asked),
      allowsUnstable: false,
      hasDynamicQuorum: false,
    })
  assert.equal(levels(21).get('group.version'), 0)
  assert.equal(levels(22).get('group.version'), 1)
  assert.equal(levels(23, [['eligible.leader.replicas.version', 1]]).get('eligible.leader.replicas.version'), 1)
  assert.throws(
    () => levels(22, [['eligible.leader.replicas.version', 1]]),
    refusal(/depends on metadata\.version level 23$/),
  )
})

it('a credential of RFC 7677 has the keys that the RFC’s exchange proves', () => {
  // The password, salt and iterations of its example, with the keys they yield.
  const argument = 'SCRAM-SHA-256=[name=user,iterations=4096,salt=W22ZaJ0SNY7soEsUEjb6gQ==,password=pencil]'
  const record = scramRecord(argument, () => new Uint8Array(17))
  assert.ok(record.name === 'UserScramCredentialRecord')
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  assert.equal(text(record.message.storedKey), 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=')
  assert.equal(text(record.message.serverKey), 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=')
})

it('voters are named by id, host, port and directory', () => {
  const [one, other] = parseDynamicVoters('2@[::1]:8083:MvDxzVmcRsaTz33bUuRU6A,1@a:1:JEXY6aqzQY-32P5TStzaFg')
  assert.deepEqual([one?.nodeId, other?.host], [1, '::1'])
  assert.throws(() => parseDynamicVoters(''), refusal('No voters given.'))
})
