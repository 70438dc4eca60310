import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CreateTopics } from '../../src/protocol/apis/create-topics.ts'
import { Fetch } from '../../src/protocol/apis/fetch.ts'
import { FindCoordinator } from '../../src/protocol/apis/find-coordinator.ts'
import { JoinGroup } from '../../src/protocol/apis/join-group.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { OffsetCommit } from '../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { RawClient } from '../support/raw-client.ts'
import { OttlaProcess } from './ottla-process.ts'

/** Asks again while the coordinator is not there yet. */
async function untilLoaded(ask: () => Promise<number>): Promise<void> {
  const notYet: readonly number[] = [
    ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    ErrorCode.NOT_COORDINATOR,
  ]
  let errorCode = await ask()
  while (notYet.includes(errorCode)) errorCode = await ask()
  assert.equal(errorCode, ErrorCode.NONE)
}

describe('ottla', { concurrency: 2, timeout: 60_000 }, () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ottla-cli-'))
  })
  const processes: OttlaProcess[] = []
  after(async () => {
    for (const one of processes) one.child.kill('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  })

  const anyPort = ['--override', 'listeners=PLAINTEXT://localhost:0']
  const run = (...commandLine: string[]) => {
    const started = new OttlaProcess(commandLine, { cwd: directory })
    processes.push(started)
    return started
  }

  it('says what it is, serves, stops cleanly at SIGTERM, and finds everything again', async () => {
    const clusterId = '4L6g3nShT-eMCtK--X86sw'
    const first = run('start', ...anyPort, '--override', 'log.dirs=again', '--cluster-id', clusterId)
    const port = await first.startedOnPort()
    assert.match(first.output, /Ottla \d+\.\d+\.\d+, an event-streaming broker/)
    assert.match(first.output, new RegExp(`cluster id {6}${clusterId}\\n`))
    assert.ok(first.output.includes(`data directory  ${join(directory, 'again')}\n`))
    for (const host of ['127.0.0.1', '::1']) {
      const client = await RawClient.connect(port, { host })
      const { clusterId: answered } = await client.send(Metadata, 12, { topics: null })
      assert.equal(answered, clusterId)
      client.socket.destroy()
    }
    assert.equal(await first.stop('SIGTERM'), 0)
    assert.equal(first.errors, '')

    const second = run(...anyPort, '--override', 'log.dirs=again')
    await second.startedOnPort()
    assert.match(second.output, new RegExp(`cluster id {6}${clusterId}\\n`))
    assert.equal(await second.stop('SIGINT'), 0)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops cleanly within two seconds of ${signal}, whatever clients are waiting for`, async () => {
      const directories = `log.dirs=${signal}`
      const node = run(...anyPort, '--override', directories, '--override', 'offsets.topic.num.partitions=1')
      const port = await node.startedOnPort()
      const [idle, fetching, joining] = [
        await RawClient.connect(port),
        await RawClient.connect(port),
        await RawClient.connect(port),
      ]
      const topics = [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }]
      await idle.send(CreateTopics, 7, { topics, timeoutMs: 10_000 })
      await untilLoaded(async () => (await idle.send(FindCoordinator, 0, { key: 'g' })).errorCode)
      const fetched = { partition: 0, fetchOffset: 0, partitionMaxBytes: 1024 }
      const fetch = fetching.send(Fetch, 11, {
        maxWaitMs: 60_000,
        minBytes: 1,
        topics: [{ topic: 't', partitions: [fetched] }],
      })
      // Held until somebody else joins or the delay of a group's first rebalance is over: 3 s.
      const protocols = [{ name: 'range', metadata: new Uint8Array(0) }]
      const group = { groupId: 'g', sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 60_000, protocolType: 'consumer' }
      const join = joining.send(JoinGroup, 3, { ...group, memberId: '', protocols })
      // Answered or cut off, as it comes.
      const waits = Promise.allSettled([fetch, join])
      const signalledMs = performance.now()
      assert.equal(await node.stop(signal), 0)
      assert.ok(performance.now() - signalledMs < 2000)
      assert.match(node.output, /Stopped\.\n$/)
      assert.equal(node.errors, '')
      await Promise.all([waits, ...[idle, fetching, joining].map(client => client.closed)])
    })
  }

  it('reads its file, and lets an override win', async () => {
    await writeFile(join(directory, 'server.properties'), 'listeners=PLAINTEXT://127.0.0.1:1\nlog.dirs=from-file\n')
    const node = run('server.properties', ...anyPort)
    await node.startedOnPort()
    assert.ok(node.output.includes(join(directory, 'from-file')))
    assert.equal(await node.stop(), 0)
  })

  it('reads KAFKA_* and CLUSTER_ID from its environment', async () => {
    const clusterId = '4L6g3nShT-eMCtK--X86sw'
    const environment = { KAFKA_LISTENERS: 'PLAINTEXT://127.0.0.1:0', KAFKA_LOG_DIRS: 'from-environment' }
    const node = new OttlaProcess([], { cwd: directory, environment: { ...environment, CLUSTER_ID: clusterId } })
    processes.push(node)
    await node.startedOnPort()
    assert.ok(node.output.includes(`data directory  ${join(directory, 'from-environment')}\n`))
    assert.match(node.output, new RegExp(`cluster id {6}${clusterId}\\n`))
    assert.equal(await node.stop(), 0)
  })

  it('finds committed offsets again after a kill', async () => {
    const first = run(...anyPort, '--override', 'log.dirs=killed', '--override', 'offsets.topic.num.partitions=1')
    const client = await RawClient.connect(await first.startedOnPort())
    await client.send(CreateTopics, 7, {
      topics: [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 10_000,
    })
    const partitions = [{ partitionIndex: 0, committedOffset: 42n, committedMetadata: 'kept' }]
    const commit = { groupId: 'g', memberId: '', topics: [{ name: 't', partitions }] }
    await untilLoaded(async () => (await client.send(FindCoordinator, 0, { key: 'g' })).errorCode)
    await untilLoaded(async () => {
      const { topics } = await client.send(OffsetCommit, 8, commit)
      return topics[0]!.partitions[0]!.errorCode
    })
    first.child.kill('SIGKILL')
    await first.exitCode()

    const second = run(...anyPort, '--override', 'log.dirs=killed')
    const again = await RawClient.connect(await second.startedOnPort())
    const request = { groups: [{ groupId: 'g', topics: [{ name: 't', partitionIndexes: [0] }] }] }
    const fetch = () => again.send(OffsetFetch, 8, request)
    await untilLoaded(async () => (await fetch()).groups[0]!.errorCode)
    const { committedOffset, metadata } = (await fetch()).groups[0]!.topics[0]!.partitions[0]!
    assert.deepEqual({ committedOffset, metadata }, { committedOffset: 42n, metadata: 'kept' })
    assert.equal(await second.stop(), 0)
  })

  const refusals: [name: string, commandLine: (directory: string, port: number) => string[], line: RegExp][] = [
    ['an unknown option', () => ['--bogus'], /^ottla: Unknown option '--bogus' \(see ottla --help\)\n$/],
    [
      'a missing file',
      () => ['nowhere.properties'],
      /^ottla: Cannot read nowhere\.properties: there is no such file\n$/,
    ],
    [
      'a malformed file',
      () => ['malformed.properties'],
      /^ottla: malformed\.properties: Malformed \\uxxxx encoding\.\n$/,
    ],
    [
      'a bad value',
      () => ['--override', 'num.partitions=many'],
      /^ottla: Invalid value many for configuration num\.partitions: .+\n$/,
    ],
    [
      'a taken port',
      (_directory, port) => ['--override', `listeners=PLAINTEXT://127.0.0.1:${port}`, '--override', 'log.dirs=port'],
      /^ottla: Cannot listen on PLAINTEXT:\/\/127\.0\.0\.1:\d+: port \d+ is already in use\n$/,
    ],
    ['a directory that is a file', () => [...anyPort, '--override', 'log.dirs=a-file'], /^ottla: .*a-file.*\n$/],
    [
      'the directory of another node',
      () => [...anyPort, '--override', 'log.dirs=foreign'],
      /^ottla: .*foreign.*\n$|^ottla: .*node\.id.*\n$/,
    ],
    [
      'another cluster id',
      () => [
        ...anyPort,
        '--override',
        'log.dirs=foreign',
        '--override',
        'node.id=7',
        '--cluster-id',
        'AAAAAAAAAAAAAAAAAAAAAg',
      ],
      /^ottla: .*4L6g3nShT-eMCtK--X86sw.*\n$/,
    ],
  ]
  for (const [name, commandLine, line] of refusals) {
    it(`refuses ${name} with one clear line and exit code 1`, async () => {
      const taken = createServer().listen(0, '127.0.0.1')
      await once(taken, 'listening')
      const { port } = taken.address() as { port: number }
      await writeFile(join(directory, 'a-file'), '')
      await writeFile(join(directory, 'malformed.properties'), 'a=\\uZZZZ\n')
      await mkdir(join(directory, 'foreign'), { recursive: true })
      await writeFile(
        join(directory, 'foreign', 'meta.properties'),
        'version=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\nnode.id=7\ndirectory.id=Rz3aFvWVRzWQVzlPo5zfLw\n',
      )
      const refused = run(...commandLine(directory, port))
      assert.equal(await refused.exitCode(), 1)
      assert.match(refused.errors, line)
      taken.close()
    })
  }

  it('leaves a directory that is not its own as it was', async () => {
    await mkdir(join(directory, 'notes'))
    await writeFile(join(directory, 'notes', 'notes.txt'), 'mine')
    const refused = run(...anyPort, '--override', 'log.dirs=notes')
    assert.equal(await refused.exitCode(), 1)
    assert.match(refused.errors, /^ottla: .*not empty \(it holds notes\.txt\).*\n$/)
    assert.deepEqual(await readdir(join(directory, 'notes')), ['notes.txt'])
  })

  it('refuses a directory that another process works on', async () => {
    const first = run(...anyPort, '--override', 'log.dirs=shared')
    await first.startedOnPort()
    const second = run(...anyPort, '--override', 'log.dirs=shared')
    assert.equal(await second.exitCode(), 1)
    assert.match(second.errors, /^ottla: .*shared.*\n$/)
    assert.equal(await first.stop(), 0)
  })

  it('prints its version, and its help', async () => {
    const [version, help] = [run('--version'), run('--help')]
    assert.equal(await version.exitCode(), 0)
    assert.match(version.output, /^\d+\.\d+\.\d+\n$/)
    assert.equal(await help.exitCode(), 0)
    assert.match(help.output, /--override key=value/)
  })
})
