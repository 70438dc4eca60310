import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createOffloadFunctions } from '../../../src/platform/offload-functions.ts'
import type { Disk, DiskFile, Offload } from '../../../src/ports.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { IncrementalAlterConfigs } from '../../../src/protocol/apis/incremental-alter-configs.ts'
import { ListOffsets } from '../../../src/protocol/apis/list-offsets.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import type { Uuid } from '../../../src/protocol/uuid.ts'
import type { ServerPorts } from '../../../src/server-options.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { type BatchSpec, recordBatch } from '../../support/record-batch.ts'
import { SteeredClock } from '../../support/steered-clock.ts'
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts'

type Configs = Readonly<Record<string, string>>

const functions = createOffloadFunctions()
/** Other threads take longer to start than what they are needed for here. */
export const onTheSpot: Offload = {
  run: async <Result>(name: string, input: unknown) => functions[name]!(input) as Result,
}

/** A broker whose clock the test moves, and one connection to it. */
export interface EffectBroker {
  readonly broker: TestBroker
  readonly client: RawClient
  readonly clock: SteeredClock
  readonly disk: MemoryDisk
  /** Paths of all files, without the log directory. */
  paths(): string[]
  topic(configs?: Configs): Promise<EffectTopic>
}

/** Partition 0 of a topic. */
export interface EffectTopic {
  readonly name: string
  readonly id: Uuid
  /** One batch with acks=all. */
  produce(batch?: Partial<BatchSpec>): Promise<{ errorCode: number; baseOffset: number; logAppendTimeMs: number }>
  /** -2 for the earliest, -1 for the latest. */
  offset(timestamp: number): Promise<number>
  /** The bytes of all batches there are. */
  fetch(): Promise<Buffer>
  /** Names of the files in its directory that end so, in order. */
  files(suffix: string): string[]
  sizeOf(file: string): number
}

export async function startEffectBroker(
  t: TestContext,
  properties: Configs = {},
  ports: (disk: MemoryDisk) => Partial<ServerPorts> = () => ({}),
): Promise<EffectBroker> {
  const clock = new SteeredClock()
  const disk = new MemoryDisk()
  const broker = await startTestBroker(t, properties, { clock, disk, offload: onTheSpot, ...ports(disk) })
  const client = await broker.connect()
  let count = 0
  return {
    broker,
    client,
    clock,
    disk,
    paths: () => pathsIn(disk, broker.directory),
    async topic(configs = {}) {
      const { name, id } = await broker.createTopic(`topic-${count++}`, { configs })
      return new Topic(disk, `${broker.directory}/${name}-0`, client, name, id)
    },
  }
}

class Topic implements EffectTopic {
  readonly name: string
  readonly id: Uuid
  readonly #disk: MemoryDisk
  readonly #directory: string
  readonly #client: RawClient

  constructor(disk: MemoryDisk, directory: string, client: RawClient, name: string, id: Uuid) {
    this.#disk = disk
    this.#directory = directory
    this.#client = client
    this.name = name
    this.id = id
  }

  async produce(batch: Partial<BatchSpec> = {}) {
    const records = recordBatch({ records: [{ key: 'key', value: 'value', timestamp: Date.now() }], ...batch })
    const { responses } = await this.#client.send(Produce, 9, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: this.name, partitionData: [{ index: 0, records }] }],
    })
    return responses[0]!.partitionResponses[0]!
  }

  async offset(timestamp: number): Promise<number> {
    const topics = [{ name: this.name, partitions: [{ partitionIndex: 0, timestamp }] }]
    const response = await this.#client.send(ListOffsets, 7, { replicaId: -1, isolationLevel: 0, topics })
    return response.topics[0]!.partitions[0]!.offset
  }

  async fetch(): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    const end = await this.offset(-1)
    for (let fetchOffset = await this.offset(-2); fetchOffset < end; ) {
      const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 64 * 1024 * 1024 }]
      const topics = [{ topicId: this.id, partitions }]
      const response = await this.#client.send(Fetch, 13, { maxWaitMs: 0, minBytes: 0, topics })
      const records = Buffer.from(response.responses[0]!.partitions[0]!.records!)
      if (records.length === 0) break
      chunks.push(records)
      for (let at = 0; at < records.length; at += 12 + records.readInt32BE(at + 8)) {
        fetchOffset = Number(records.readBigInt64BE(at)) + records.readInt32BE(at + 23) + 1
      }
    }
    return Buffer.concat(chunks)
  }

  files(suffix: string): string[] {
    return pathsIn(this.#disk, this.#directory).filter(name => name.endsWith(suffix))
  }

  sizeOf(file: string): number {
    return this.#disk.files.get(`${this.#directory}/${file}`)!.length
  }
}

function pathsIn(disk: MemoryDisk, directory: string): string[] {
  return [...disk.files.keys()]
    .filter(path => path.startsWith(`${directory}/`))
    .map(path => path.slice(directory.length + 1))
    .sort()
}

/** Sets configs of the broker (type 4) or a topic (type 2) while it runs; null takes them away. */
export async function alter(
  { client }: { readonly client: RawClient },
  type: number,
  name: string,
  configs: Readonly<Record<string, string | null>>,
): Promise<{ errorCode: number; errorMessage: string | null }> {
  const operations = Object.entries(configs).map(([key, value]) => ({
    name: key,
    configOperation: value === null ? 1 : 0,
    value,
  }))
  const resources = [{ resourceType: type, resourceName: name, configs: operations }]
  const { responses } = await client.send(IncrementalAlterConfigs, 1, { resources, validateOnly: false })
  return responses[0]!
}

/** Waits for what needs no more than turns of the loop, and the disk. */
export async function eventually(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 5000; turn++) {
    if (await holds()) return
    await nextTurn()
  }
  assert.fail(`never: ${what}`)
}

/** Gives what is under way its turns: for what must not happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await nextTurn()
}

/** What is held back for a while notices after a moment that the broker stops. */
export async function stopped({ broker, clock }: Pick<EffectBroker, 'broker' | 'clock'>): Promise<void> {
  let isStopped = false
  const stopping = broker.server.stop()
  const ended = () => {
    isStopped = true
  }
  void stopping.then(ended, ended)
  await eventually(async () => {
    clock.advance(300)
    await settled()
    return isStopped
  }, 'a stop')
  await stopping
}

export interface HeldDisk {
  readonly disk: Disk
  /** Of the writes that wait. */
  readonly heldPaths: readonly string[]
  release(): void
}

/** A disk on which the writes to some files wait until they are released. */
export function holding(disk: Disk, isHeld: (path: string) => boolean): HeldDisk {
  let held: { readonly path: string; readonly release: () => void }[] = []
  const watched = new Proxy<Disk>(disk, {
    get(_, name: keyof Disk) {
      if (name !== 'open') return disk[name].bind(disk)
      return async (path: string, mode: 'read' | 'write' | 'create') => {
        const file = await disk.open(path, mode)
        const write: DiskFile['write'] = (buffers, position) => {
          if (!isHeld(path)) return file.write(buffers, position)
          const released = new Promise<void>(release => held.push({ path, release }))
          return released.then(() => file.write(buffers, position))
        }
        return { ...file, write }
      }
    },
  })
  return {
    disk: watched,
    get heldPaths() {
      return held.map(({ path }) => path)
    },
    release() {
      for (const { release } of held) release()
      held = []
    },
  }
}
