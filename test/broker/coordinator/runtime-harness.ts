import assert from 'node:assert/strict'
import { CoordinatorLoader } from '../../../src/broker/coordinator/coordinator-loader.ts'
import { CoordinatorRuntime } from '../../../src/broker/coordinator/coordinator-runtime.ts'
import type { VerifiedProducer } from '../../../src/broker/coordinator/shard-log.ts'
import type {
  CoordinatorResult,
  CoordinatorShard,
  RecordSerde,
  TransactionOutcome,
} from '../../../src/coordinator/coordinator-shard.ts'
import type { Instant } from '../../../src/coordinator/instant.ts'
import type { Compression, Logger } from '../../../src/ports.ts'
import { CompressionType } from '../../../src/protocol/records/compression-type.ts'
import { Deadlines } from '../../../src/timers/deadlines.ts'
import { ManualClock } from '../../timers/manual-clock.ts'
import { FakePartition } from './fake-partition.ts'

/** A shard that remembers strings. */
export class Words implements CoordinatorShard<string> {
  readonly words: string[] = []
  readonly settled: string[] = []
  dueMs = Number.POSITIVE_INFINITY
  due: CoordinatorResult<string> = { records: [], response: undefined }
  isLoaded = false
  isUnloaded = false

  /** In a transaction a word is followed by its producer; the end of one stands as `COMMIT 7`. */
  replay(record: string, offset: number, producerId: number): void {
    assert.equal(offset, this.words.length, 'records are replayed at their offsets')
    this.words.push(producerId < 0 ? record : `${record} ${producerId}`)
  }

  replayTransactionEnd(producerId: number, outcome: TransactionOutcome): void {
    this.words.push(`${outcome.toUpperCase()} ${producerId}`)
  }

  loaded(): void {
    this.isLoaded = true
  }

  unloaded(): void {
    this.isUnloaded = true
  }

  nextDeadlineMs(): number {
    return this.dueMs
  }

  deadlineReached(now: Instant): CoordinatorResult<string> | undefined {
    if (this.dueMs > now.monotonicMs) return undefined
    this.dueMs = Number.POSITIVE_INFINITY
    return this.due
  }

  add(...words: string[]): CoordinatorResult<string, string> {
    const settled = (errorCode: number): void => void this.settled.push(`${words.join('')}:${errorCode}`)
    return { records: words, response: `added ${words.join(' ')}`, settled }
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const serde: RecordSerde<string> = {
  encodeKey: record => encoder.encode(record),
  encodeValue: () => encoder.encode('v'),
  decode: key => {
    const word = decoder.decode(key)
    if (word === 'broken') throw new Error('not a word')
    return word === 'unknown' ? undefined : word
  },
}

interface Options {
  readonly appendLingerMs?: number
}

export function makeRuntime(options: Options = {}) {
  const clock = new ManualClock()
  const errors: unknown[] = []
  const shards: Words[] = []
  const logger: Logger = { isEnabled: () => true, debug() {}, info() {}, warn() {}, error() {} }
  const compression: Compression = { compress: (_type, bytes) => bytes, decompress: (_type, bytes) => bytes }
  const bounds = { bufferBytes: 1000, decompressedBatchBytesMax: 1000 }
  const runtime = new CoordinatorRuntime<string, Words>({
    newShard: () => {
      const shard = new Words()
      shards.push(shard)
      return shard
    },
    serde,
    loader: new CoordinatorLoader(serde, { clock, compression, logger, ...bounds }),
    clock,
    deadlines: new Deadlines(clock),
    logger,
    checksum: { crc32c: () => 0 },
    compression,
    compressionType: CompressionType.NONE,
    appendLingerMs: -1,
    writeTimeoutMs: 5000,
    fail: error => errors.push(error),
    ...options,
  })
  const refused = (errorCode: number): string => `refused ${errorCode}`
  return {
    runtime,
    clock,
    shards,
    errors,
    add: (...words: string[]) => watched(runtime.write(0, shard => shard.add(...words), refused)),
    addInTransaction: (producer: VerifiedProducer, ...words: string[]) =>
      watched(runtime.writeInTransaction(0, producer, shard => shard.add(...words), refused)),
    end: (producerId: number, outcome: TransactionOutcome = 'commit', transactionVersion = 1) =>
      watched(
        runtime.endTransaction(0, { producerId, producerEpoch: 3, outcome, coordinatorEpoch: 5, transactionVersion }),
      ),
    read: () => watched(runtime.read(0, shard => shard.words.join(' '), refused)),
    /** Lets loading and everything else that only waits for its turn happen. */
    async turns() {
      for (let turn = 0; turn < 20; turn++) {
        await Promise.resolve()
        await Promise.resolve()
        clock.advance(0)
      }
    },
  }
}

/** An answer whose arrival can be looked at. */
export function watched<T>(answer: T | Promise<T>) {
  const state: { answer: T | undefined } = { answer: undefined }
  if (answer instanceof Promise) {
    void answer.then(value => {
      state.answer = value
    })
  } else state.answer = answer
  return state
}

export async function started(options: Options = {}) {
  const made = makeRuntime(options)
  const partition = new FakePartition()
  made.runtime.elected(partition)
  await made.turns()
  return { ...made, partition, shard: made.shards[0]! }
}
