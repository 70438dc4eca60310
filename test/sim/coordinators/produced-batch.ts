import { createChecksum } from '../../../src/platform/checksum.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import type { SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import { splitName } from './consumer-protocol.ts'
import type { World } from './world.ts'

const checksum = createChecksum()
const utf8 = new TextEncoder()

/** Who a producer is to the broker. */
export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

export interface ProducedBatch {
  /** `t-0`. */
  readonly partition: string
  readonly values: readonly string[]
  readonly baseSequence: number
}

/** One attempt to produce a batch; the error code. Rejects with `CallLost`. */
export async function produce(
  world: World,
  client: SimulatedClient,
  version: number,
  { partition, values, baseSequence }: ProducedBatch,
  identity: ProducerIdentity,
  transactionalId: string | null = null,
): Promise<number> {
  const [topic, index] = splitName(partition)
  // Every record has a key of its own, so that compaction leaves it.
  const records = values.map(value => ({
    timestamp: world.wallMs,
    key: utf8.encode(value),
    value: utf8.encode(value),
  }))
  const options = { ...identity, baseSequence, isTransactional: transactionalId !== null }
  const bytes = writeBatch(records, options, checksum)
  const response = await world.operate(client, Produce, version, {
    transactionalId,
    acks: -1,
    timeoutMs: 5000,
    topicData: [{ name: topic, partitionData: [{ index, records: bytes }] }],
  })
  return response.responses[0]?.partitionResponses[0]?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
}

/** What a producer sends again, unchanged. */
export const produceRetriables = new Set<number>([
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.KAFKA_STORAGE_ERROR,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.NOT_ENOUGH_REPLICAS,
  ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.NETWORK_EXCEPTION,
])
