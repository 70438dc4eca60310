import { createChecksum } from '../../src/platform/checksum.ts'
import { AddPartitionsToTxn } from '../../src/protocol/apis/add-partitions-to-txn.ts'
import { EndTxn } from '../../src/protocol/apis/end-txn.ts'
import { FindCoordinator } from '../../src/protocol/apis/find-coordinator.ts'
import { InitProducerId } from '../../src/protocol/apis/init-producer-id.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { decodeResponseFrame, encodeRequestFrame } from '../../src/protocol/frame.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import type { Api } from '../../src/protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape } from '../../src/protocol/schema/field.ts'
import type { SharedScenario } from '../scenario.ts'
import { createTopic, deleteTopic } from '../support/admin.ts'
import type { Broker } from '../support/broker.ts'
import { Exchange } from '../support/exchange.ts'
import type { Measurement } from '../support/measurement.ts'
import { cpuSeconds } from '../support/process.ts'
import { quantile } from '../support/statistics.ts'

const ROUND_SECONDS = 5
const RECORDS = 100
const RECORD_BYTES = 1024

/** How long the Java client waits before it adds partitions again (`ADD_PARTITIONS_RETRY_BACKOFF_MS`). */
const RETRY_MS = 20

/** One producer after the other's end: nothing overlaps, as with a processor that commits what it has read. */
export const transactionScenarios: readonly SharedScenario[] = [
  scenario(2, [{ figure: 'transactions/s', atLeast: 1.5 }]),
  scenario(1, [{ figure: 'transactions/s', atLeast: 1.5 }]),
]

function scenario(version: 1 | 2, targets: SharedScenario['targets']): SharedScenario {
  return {
    name: `transactions/${RECORDS}x${RECORD_BYTES}B/in sequence/version ${version}`,
    brokers: 'shared',
    targets,
    round: broker => round(broker, version),
  }
}

interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

async function round(broker: Broker, version: 1 | 2): Promise<Measurement> {
  const topic = `bench-${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`
  await createTopic(broker.port, topic, 1)
  const session = await Session.open(broker.port, topic, version)
  try {
    for (const untilMs = performance.now() + 1000; performance.now() < untilMs; ) await session.transaction()
    const latenciesMs: number[] = []
    const cpuBefore = cpuSeconds(broker.pid)
    const startMs = performance.now()
    while (performance.now() - startMs < ROUND_SECONDS * 1000) {
      const beganMs = performance.now()
      await session.transaction()
      latenciesMs.push(performance.now() - beganMs)
    }
    const seconds = (performance.now() - startMs) / 1000
    return {
      'transactions/s': latenciesMs.length / seconds,
      'records/s': (latenciesMs.length * RECORDS) / seconds,
      'p50 ms': quantile(latenciesMs, 0.5),
      'p99 ms': quantile(latenciesMs, 0.99),
      'CPU ms/transaction': ((cpuSeconds(broker.pid) - cpuBefore) * 1000) / latenciesMs.length,
    }
  } finally {
    session.close()
    await deleteTopic(broker.port, topic)
  }
}

/** What a transactional producer says to its broker, on one connection. */
class Session {
  readonly #exchange: Exchange
  readonly #topic: string
  readonly #version: 1 | 2
  readonly #checksum = createChecksum()
  readonly #value = Buffer.alloc(RECORD_BYTES, 'transaction')
  #producer: Producer = { producerId: -1, producerEpoch: -1 }
  /** Of the next batch in this epoch. */
  #sequence = 0

  private constructor(exchange: Exchange, topic: string, version: 1 | 2) {
    this.#exchange = exchange
    this.#topic = topic
    this.#version = version
  }

  static async open(port: number, topic: string, version: 1 | 2): Promise<Session> {
    const session = new Session(await Exchange.open(port, Number.POSITIVE_INFINITY), topic, version)
    await session.#init()
    return session
  }

  close(): void {
    this.#exchange.close()
  }

  async transaction(): Promise<void> {
    const transactional = { transactionalId: this.#topic, ...this.#producer }
    if (this.#version === 1) await this.#addPartition()
    await this.#produce()
    const ended = await this.#send(EndTxn, this.#version === 1 ? 4 : 5, { ...transactional, committed: true })
    if (ended.errorCode !== 0) throw new Error(`EndTxn: error ${ended.errorCode}`)
    if (this.#version === 1) return
    this.#producer = { producerId: ended.producerId, producerEpoch: ended.producerEpoch }
    this.#sequence = 0
  }

  async #addPartition(): Promise<void> {
    const request = {
      v3AndBelowTransactionalId: this.#topic,
      v3AndBelowProducerId: this.#producer.producerId,
      v3AndBelowProducerEpoch: this.#producer.producerEpoch,
      v3AndBelowTopics: [{ name: this.#topic, partitions: [0] }],
    }
    await retried('AddPartitionsToTxn', async () => {
      const answer = await this.#send(AddPartitionsToTxn, 3, request)
      return answer.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode ?? -1
    })
  }

  async #produce(): Promise<void> {
    const timestamp = Date.now()
    const records = writeBatch(
      Array.from({ length: RECORDS }, () => ({ timestamp, key: null, value: this.#value })),
      { ...this.#producer, baseSequence: this.#sequence, isTransactional: true },
      this.#checksum,
    )
    const topicData = [{ name: this.#topic, partitionData: [{ index: 0, records }] }]
    const request = { transactionalId: this.#topic, acks: -1, timeoutMs: 30_000, topicData }
    await retried('Produce', async () => {
      const answer = await this.#send(Produce, this.#version === 1 ? 11 : 12, request)
      return answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1
    })
    this.#sequence += RECORDS
  }

  async #init(): Promise<void> {
    await retried('FindCoordinator', async () => {
      const request = { keyType: 1, coordinatorKeys: [this.#topic] }
      return (await this.#send(FindCoordinator, 6, request)).coordinators[0]?.errorCode ?? -1
    })
    await retried('InitProducerId', async () => {
      const request = { transactionalId: this.#topic, transactionTimeoutMs: 60_000 }
      const { errorCode, producerId, producerEpoch } = await this.#send(InitProducerId, 5, request)
      this.#producer = { producerId, producerEpoch }
      return errorCode
    })
  }

  async #send<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
  ): Promise<DecodedOf<Response>> {
    const header = { correlationId: 1, clientId: 'bench' }
    const frame = await this.#exchange.send(Buffer.concat(encodeRequestFrame(api, version, header, request)))
    return api.response.decode(decodeResponseFrame(api, version, frame).body, version)
  }
}

const temporary: ReadonlySet<number> = new Set([
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
])

async function retried(what: string, ask: () => Promise<number>): Promise<void> {
  for (;;) {
    const errorCode = await ask()
    if (errorCode === 0) return
    if (!temporary.has(errorCode)) throw new Error(`${what}: error ${errorCode}`)
    await new Promise(resolve => setTimeout(resolve, RETRY_MS))
  }
}
