import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { type Disk, DiskError, type DiskFile } from '../../src/ports.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { startServer } from '../../src/server.ts'
import { RawClient } from '../support/raw-client.ts'
import { batchOf } from '../support/records.ts'
import { createTopic } from '../support/test-broker.ts'

/** The real disk, save that writes below one directory begin to fail when the test says so. */
function failingDisk(disk: Disk): { disk: Disk; failBelow(path: string): void } {
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
    size: () => file.size(),
    close: () => file.close(),
  })
  const open: Disk['open'] = async (path, mode) => guarded(await disk.open(path, mode), path)
  return {
    failBelow(path) {
      failing = path
    },
    disk: new Proxy(disk, {
      get: (target, name: keyof Disk) => (name === 'open' ? open : target[name].bind(target)),
    }),
  }
}

async function setUp(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  const ports = nodePorts(() => {}, 'WARN')
  const { disk, failBelow } = failingDisk(ports.disk)
  const [first, second] = [join(directory, 'a'), join(directory, 'b')]
  const server = await startServer({
    properties: new Map(Object.entries({ 'log.dirs': `${first},${second}`, listeners: 'PLAINTEXT://127.0.0.1:0' })),
    hostName: 'localhost',
    memoryBudgetBytes: 16 * 1024 * 1024,
    ports: { ...ports, disk },
  })
  const client = await RawClient.connect(server.listeners[0]?.port ?? 0)
  t.after(async () => {
    await client.close()
    await server.stop().catch(() => {})
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
  return { server, client, produce, failBelow, first, second }
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
