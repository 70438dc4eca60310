import type { JsonObject } from '../../support/reference-codec.ts'
import type { Exchange } from './session.ts'

/** Preparations of sessions about transactions. Each transactional id is named after the playing, and so its own. */

const transactionTimeoutMs = 60_000

/** Asks until the coordinator gives transactional id `{name}` + `suffix` a producer id: kept as `producerId` + `suffix`. */
export function begun(suffix = ''): Exchange {
  return {
    send: 'InitProducerId',
    version: 4,
    quiet: true,
    body: { transactionalId: `{name}${suffix}`, transactionTimeoutMs, producerId: -1, producerEpoch: -1 },
    keep: { [`producerId${suffix}`]: 'producerId' },
    until: { errorCode: 0 },
  }
}

/** Adds partitions of topic `{name}` to the transaction as a client of version 1 does. */
export function added(partitions: readonly number[] = [0], suffix = '', producerEpoch = 0): Exchange {
  return {
    send: 'AddPartitionsToTxn',
    version: 3,
    quiet: true,
    body: {
      v3AndBelowTransactionalId: `{name}${suffix}`,
      v3AndBelowProducerId: `{producerId${suffix}}`,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: '{name}', partitions: [...partitions] }],
    },
    until: { 'resultsByTopicV3AndBelow.0.resultsByPartition.0.partitionErrorCode': 0 },
  }
}

/** Adds the offsets of group `{name}` to the transaction as a client of version 1 does. */
export function offsetsAdded(suffix = '', producerEpoch = 0, groupId = '{name}'): Exchange {
  return {
    send: 'AddOffsetsToTxn',
    version: 3,
    quiet: true,
    body: { transactionalId: `{name}${suffix}`, producerId: `{producerId${suffix}}`, producerEpoch, groupId },
    until: { errorCode: 0 },
  }
}

/** Ends the transaction as a client of version 1 does, and the marker is written when this is over. */
export function ended(committed: boolean, suffix = '', producerEpoch = 0): Exchange[] {
  const producer = { transactionalId: `{name}${suffix}`, producerId: `{producerId${suffix}}`, producerEpoch }
  return [
    { send: 'EndTxn', version: 4, quiet: true, body: { ...producer, committed }, until: { errorCode: 0 } },
    { ...described(suffix), quiet: true, until: { [stateOf]: committed ? 'CompleteCommit' : 'CompleteAbort' } },
  ]
}

const stateOf = 'transactionStates.0.transactionState'

function described(suffix: string): Exchange {
  return { send: 'DescribeTransactions', version: 0, body: { transactionalIds: [`{name}${suffix}`] } }
}

/** One batch of the transaction's producer. */
export function batchOf(fields: JsonObject = {}, suffix = ''): JsonObject {
  return {
    records: [{ value: 'one' }, { value: 'two' }],
    producerId: `{producerId${suffix}}`,
    producerEpoch: 0,
    baseSequence: 0,
    attributes: 16,
    ...fields,
  }
}

/** A Produce request of transactional id `{name}` + `suffix` with one batch for one partition. */
export function transactionalProduce(
  batch: JsonObject = batchOf(),
  { suffix = '', partition = 0, ...fields }: JsonObject & { suffix?: string; partition?: number } = {},
): JsonObject {
  return {
    transactionalId: `{name}${suffix}`,
    acks: -1,
    timeoutMs: 10_000,
    topicData: [
      {
        name: '{name}',
        topicId: '{topicId}',
        partitionData: [{ index: partition, records: { batches: [batch] } }],
      },
    ],
    ...fields,
  }
}

/** Produces in the transaction, whose partition was added before. */
export function producedInTransaction(fields: JsonObject = {}, suffix = '', partition = 0): Exchange {
  return {
    send: 'Produce',
    version: 11,
    quiet: true,
    body: transactionalProduce(batchOf(fields, suffix), { suffix, partition }),
    until: { 'responses.0.partitionResponses.0.errorCode': 0 },
  }
}

/** What of partition 0 of topic `{name}` a reader of committed records sees from an offset on. */
export function committedFrom(fetchOffset: number, fields: JsonObject = {}): JsonObject {
  return {
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 1_000_000,
    isolationLevel: 1,
    topics: [
      {
        topic: '{name}',
        topicId: '{topicId}',
        partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }],
      },
    ],
    ...fields,
  }
}

export function readCommitted(fetchOffset = 0): Exchange {
  return { send: 'Fetch', version: 16, body: committedFrom(fetchOffset) }
}

export function producersOf(partitions: readonly number[] = [0], name = '{name}'): Exchange {
  return { send: 'DescribeProducers', body: { topics: [{ name, partitionIndexes: [...partitions] }] } }
}

/** A WriteTxnMarkers request with one marker, for partitions of topic `{name}`. */
export function markers(marker: JsonObject = {}, partitions: readonly number[] = [0], name = '{name}'): JsonObject {
  return { markers: [markerOf(marker, partitions, name)] }
}

export function markerOf(marker: JsonObject = {}, partitions: readonly number[] = [0], name = '{name}'): JsonObject {
  return {
    producerId: 4000,
    producerEpoch: 0,
    transactionResult: true,
    topics: [{ name, partitionIndexes: [...partitions] }],
    coordinatorEpoch: 0,
    ...marker,
  }
}
