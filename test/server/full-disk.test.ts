import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DescribeLogDirs } from '../../src/protocol/apis/describe-log-dirs.ts'
import { Fetch } from '../../src/protocol/apis/fetch.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { OttlaProcess } from '../cli/ottla-process.ts'
import { RawClient } from '../support/raw-client.ts'
import { batchOf, recordsIn } from '../support/records.ts'
import { createTopic } from '../support/test-broker.ts'

/** Where root may mount a small file system of its own. */
async function smallDisk(t: TestContext, path: string): Promise<{ grow(): void } | undefined> {
  const mount = (...args: readonly string[]) => spawnSync('mount', [...args, path]).status === 0
  await mkdir(path)
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs')) {
    t.skip('no file system can be mounted here')
    return undefined
  }
  return { grow: () => assert.ok(mount('-o', 'remount,size=64m')) }
}

test('a disk that is full takes its directory offline; with more room and a start it is back', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  const processes: OttlaProcess[] = []
  const dirs = [join(directory, 'a'), join(directory, 'b')]
  const disk = await smallDisk(t, dirs[1] as string)
  t.after(async () => {
    for (const process of processes) await process.stop()
    spawnSync('umount', [dirs[1] as string])
    await rm(directory, { recursive: true, force: true })
  })
  if (disk === undefined) return
  const start = async () => {
    const properties = [`log.dirs=${dirs}`, 'listeners=PLAINTEXT://127.0.0.1:0', 'log.retention.ms=-1']
    const process = new OttlaProcess(['start', ...properties.flatMap(each => ['--override', each])], { cwd: directory })
    processes.push(process)
    return { process, client: await RawClient.connect(await process.startedOnPort()) }
  }
  const { process, client } = await start()
  await createTopic(client, 't', { partitions: 2 })
  const records = batchOf(['x'.repeat(100_000)])
  const produce = async (to: RawClient, index: number) => {
    const topicData = [{ name: 't', partitionData: [{ index, records }] }]
    const response = await to.send(Produce, 9, { acks: -1, timeoutMs: 5000, topicData })
    return response.responses[0]?.partitionResponses[0]?.errorCode
  }
  const leaders = async (of: RawClient) => {
    const { topics } = await of.send(Metadata, 9, { topics: [{ name: 't' }], allowAutoTopicCreation: false })
    return new Map(topics[0]?.partitions.map(({ partitionIndex, leaderId }) => [partitionIndex, leaderId]))
  }
  const described = await client.send(DescribeLogDirs, 4, { topics: null })
  const small = described.results.find(({ logDir }) => logDir === dirs[1])
  const bad = small?.topics.find(({ name }) => name === 't')?.partitions[0]?.partitionIndex ?? -1

  let written = 0
  let errorCode = await produce(client, bad)
  for (; errorCode === 0; errorCode = await produce(client, bad)) written++
  assert.ok(written > 10 && written < 60, `${written} batches`)
  assert.equal(errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
  while ((await leaders(client)).get(bad) !== -1);
  assert.equal((await leaders(client)).get(1 - bad), 1)
  assert.equal(await produce(client, 1 - bad), 0)
  await process.stop()

  disk.grow()
  const again = await start()
  assert.equal((await leaders(again.client)).get(bad), 1)
  const fetched = await again.client.send(Fetch, 11, {
    maxWaitMs: 0,
    minBytes: 1,
    topics: [{ topic: 't', partitions: [{ partition: bad, fetchOffset: 0, partitionMaxBytes: 50_000_000 }] }],
    forgottenTopicsData: [],
  })
  assert.ok(recordsIn(fetched.responses[0]?.partitions[0]?.records ?? null).length >= written)
  assert.equal(await produce(again.client, bad), 0)
})
