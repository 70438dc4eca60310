import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { type Disk, DiskError, type DiskFile } from '../../src/ports.ts'
import { AlterReplicaLogDirs } from '../../src/protocol/apis/alter-replica-log-dirs.ts'
import { DescribeLogDirs } from '../../src/protocol/apis/describe-log-dirs.ts'
import { ListOffsets } from '../../src/protocol/apis/list-offsets.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { startServer } from '../../src/server.ts'
import { RawClient } from '../support/raw-client.ts'
import { batchOf } from '../support/records.ts'
import { createTopic } from '../support/test-broker.ts'

/** The real disk, save that writes below one directory begin to fail when the test says so. */
function failingDisk(disk: Disk): {
  readonly disk: Disk
  failBelow(path: string | undefined): void
} {
  let failing: string | undefined
  const guard = (path: string) => {
    if (failing !== undefined && path.startsWith(failing)) throw new DiskError('EIO', path)
  }
  const guarded = (file: DiskFile, path: string): DiskFile => ({
    read: (into, position) => file.read(into, position),
    write(buffers, position) {
      guard(path)
      return file.write(buffers, position)
    },
    async sync() {
      guard(path)
      await file.sync()
    },
    truncate: length => file.truncate(length),
    setModifiedMs: modifiedMs => file.setModifiedMs(modifiedMs),
    size: () => file.size(),
    close: () => file.close(),
  })
  const open: Disk['open'] = async (path, mode) => {
    if (mode === 'create') guard(path)
    return guarded(await disk.open(path, mode), path)
  }
  const replaceFile: Disk['replaceFile'] = async (path, bytes) => {
    guard(path)
    await disk.replaceFile(path, bytes)
  }
  const list: Disk['list'] = async path => {
    guard(path)
    return await disk.list(path)
  }
  return {
    failBelow(path) {
      failing = path
    },
    disk: new Proxy(disk, {
      get(target, name: keyof Disk) {
        if (name === 'open') return open
        if (name === 'list') return list
        if (name === 'replaceFile') return replaceFile
        return target[name].bind(target)
      },
    }),
  }
}

async function setUp(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  const ports = nodePorts(() => {}, 'WARN')
  const { disk, failBelow } = failingDisk(ports.disk)
  const [first, second] = [join(directory, 'a'), join(directory, 'b')]
  const start = () =>
    startServer({
      properties: new Map(Object.entries({ 'log.dirs': `${first},${second}`, listeners: 'PLAINTEXT://127.0.0.1:0' })),
      hostName: 'localhost',
      memoryBudgetBytes: 16 * 1024 * 1024,
      ports: { ...ports, disk },
    })
  let server = await start()
  let client = await RawClient.connect(server.listeners[0]?.port ?? 0)
  const stop = async () => {
    await client.close()
    await server.stop().catch(() => {})
  }
  t.after(async () => {
    await stop()
    await rm(directory, { recursive: true, force: true })
  })
  await createTopic(client, 't', { partitions: 2 })
  const produce = async (index: number) => {
    const response = await client.send(Produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index, records: batchOf(['a']) }] }],
    })
    return response.responses[0]?.partitionResponses[0]?.errorCode
  }
  /** Of each partition: error, leader, in-sync and offline replicas. */
  const metadata = async () => {
    const response = await client.send(Metadata, 9, { topics: [{ name: 't' }], allowAutoTopicCreation: false })
    const partitions = response.topics[0]?.partitions ?? []
    return partitions
      .toSorted((a, b) => a.partitionIndex - b.partitionIndex)
      .map(({ errorCode, leaderId, isrNodes, offlineReplicas }) => ({ errorCode, leaderId, isrNodes, offlineReplicas }))
  }
  /** Which partition is in the directory. */
  const partitionIn = async (path: string) => {
    const { results } = await client.send(DescribeLogDirs, 4, { topics: null })
    const found = results.find(({ logDir }) => logDir === path)?.topics.find(({ name }) => name === 't')
    return found?.partitions[0]?.partitionIndex ?? -1
  }
  return {
    get server() {
      return server
    },
    get client() {
      return client
    },
    async restart() {
      await stop()
      server = await start()
      client = await RawClient.connect(server.listeners[0]?.port ?? 0)
    },
    produce,
    metadata,
    partitionIn,
    failBelow,
    first,
    second,
  }
}

const led = { errorCode: 0, leaderId: 1, isrNodes: [1], offlineReplicas: [] }
const leaderless = {
  errorCode: ErrorCode.LEADER_NOT_AVAILABLE,
  leaderId: -1,
  isrNodes: [] as number[],
  offlineReplicas: [1],
}

test('when one of two log directories fails, its partitions are KAFKA_STORAGE_ERROR and the others go on', async t => {
  const { produce, failBelow, second } = await setUp(t)
  assert.deepEqual([await produce(0), await produce(1)], [0, 0])
  failBelow(second)
  const after = [await produce(0), await produce(1)].sort((a, b) => (a ?? 0) - (b ?? 0))
  assert.deepEqual(after, [0, ErrorCode.KAFKA_STORAGE_ERROR])
  const again = [await produce(0), await produce(1)].sort((a, b) => (a ?? 0) - (b ?? 0))
  assert.deepEqual(again, [0, ErrorCode.KAFKA_STORAGE_ERROR])
})

test('a broker whose metadata directory fails ends, and says why', async t => {
  const { server, client, failBelow, first } = await setUp(t)
  failBelow(first)
  createTopic(client, 'u').catch(() => {})
  await assert.rejects(server.closed)
  await client.closed
})

test('where a partition finds the metadata directory broken, the broker says that it was the disk', async t => {
  const { server, client, failBelow, first, partitionIn, produce } = await setUp(t)
  const partition = await partitionIn(first)
  failBelow(first)
  produce(partition).catch(() => {})
  await assert.rejects(server.closed, error => error instanceof DiskError && error.code === 'EIO')
  await client.closed
})

test('what lies in a failed directory has no leader until the disk is mended and the broker started again', async t => {
  const broker = await setUp(t)
  const { produce, metadata, failBelow, first, second } = broker
  const [good, bad] = [await broker.partitionIn(first), await broker.partitionIn(second)]
  assert.deepEqual([await produce(0), await produce(1)], [0, 0])
  assert.deepEqual(await metadata(), [led, led])
  failBelow(second)
  assert.equal(await produce(bad), ErrorCode.KAFKA_STORAGE_ERROR)
  const expected = good === 0 ? [led, leaderless] : [leaderless, led]
  while ((await metadata()).every(({ leaderId }) => leaderId === 1));
  assert.deepEqual(await metadata(), expected)
  assert.deepEqual([await produce(good), await produce(bad)], [0, ErrorCode.KAFKA_STORAGE_ERROR])
  assert.deepEqual(await endOffsets(broker.client), [2, ErrorCode.KAFKA_STORAGE_ERROR].toSorted(byPlace(good)))

  // Still broken: the node comes up with what is left, and new topics go there.
  await broker.restart()
  assert.deepEqual(await metadata(), expected)
  assert.deepEqual([await produce(good), await produce(bad)], [0, ErrorCode.KAFKA_STORAGE_ERROR])
  await createTopic(broker.client, 'u', { partitions: 2 })
  const { results } = await broker.client.send(DescribeLogDirs, 4, { topics: null })
  assert.deepEqual(
    results.map(({ logDir, errorCode, topics }) => [
      logDir,
      errorCode,
      topics.find(({ name }) => name === 'u')?.partitions.length,
    ]),
    [
      [first, 0, 2],
      [second, ErrorCode.KAFKA_STORAGE_ERROR, undefined],
    ],
  )

  failBelow(undefined)
  await broker.restart()
  assert.deepEqual(await metadata(), [led, led])
  assert.deepEqual(await endOffsets(broker.client), [3, 1].toSorted(byPlace(good)))
  assert.deepEqual([await produce(0), await produce(1)], [0, 0])
})

/** Sorts a pair, first the good partition's value, by partition. */
function byPlace(good: number): () => number {
  return () => (good === 0 ? 0 : 1)
}

/** Or error codes. */
async function endOffsets(client: RawClient): Promise<number[]> {
  const partitions = [0, 1].map(partitionIndex => ({ partitionIndex, timestamp: -1 }))
  const { topics } = await client.send(ListOffsets, 7, { replicaId: -1, topics: [{ name: 't', partitions }] })
  const answers = topics[0]?.partitions ?? []
  return answers.map(({ errorCode, offset }) => (errorCode === 0 ? offset : errorCode))
}

test('a move from or to a directory that fails ends, and goes on after the disk is mended', async t => {
  const broker = await setUp(t)
  const { produce, metadata, failBelow, first, second } = broker
  const moving = await broker.partitionIn(first)
  for (let index = 0; index < 10; index++) assert.equal(await produce(moving), 0)
  const alter = async (path: string) => {
    const dirs = [{ path, topics: [{ name: 't', partitions: [moving] }] }]
    const { results } = await broker.client.send(AlterReplicaLogDirs, 2, { dirs })
    return results[0]?.partitions[0]?.errorCode
  }
  failBelow(`${second}/t-${moving}`)
  assert.equal(await alter(second), ErrorCode.KAFKA_STORAGE_ERROR)
  assert.equal(await produce(moving), 0)
  while ((await metadata())[1 - moving]?.leaderId === 1);
  assert.equal((await metadata())[moving]?.leaderId, 1)
  assert.equal(await alter(second), ErrorCode.KAFKA_STORAGE_ERROR)
  failBelow(undefined)
  await broker.restart()
  assert.deepEqual(await metadata(), [led, led])
  assert.equal(await alter(second), 0)
  while ((await broker.partitionIn(first)) === moving);
  assert.equal(await produce(moving), 0)
})
