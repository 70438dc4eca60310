import type { RecordSerde } from '../coordinator/coordinator-shard.ts'
import {
  CoordinatorRecordDecoder,
  encodeRecordKey,
  encodeRecordValue,
} from '../protocol/coordinator/coordinator-record.ts'
import { TransactionLogKey, TransactionLogValue } from '../protocol/coordinator/transaction/transaction-log.ts'
import { TRANSACTION_RECORDS } from '../protocol/coordinator/transaction/transaction-records.ts'
import type { Decoded, Encodable } from '../protocol/schema/message.ts'
import { noPartitions, type TransactionPartitions } from './topic-partition.ts'
import { noProducerEpoch, type TransactionRecord, type TransactionValue } from './transaction-record.ts'
import { stateNumber, transactionStates } from './transaction-state.ts'

const decoder = new CoordinatorRecordDecoder(TRANSACTION_RECORDS)

/** The last version of the value that is known; a later one is left alone, as by Kafka's `TransactionLog.read`. */
const valueVersionMax = 1

/** The records of `__transaction_state`. */
export const transactionRecordSerde: RecordSerde<TransactionRecord> = {
  encodeKey({ transactionalId }) {
    return encodeRecordKey(TransactionLogKey, { transactionalId })
  },

  encodeValue({ value, valueVersion }) {
    return value === null
      ? null
      : encodeRecordValue(TransactionLogValue, encodableOf(value, valueVersion), valueVersion)
  },

  decode(keyBytes, valueBytes) {
    if (valueBytes !== null && versionOf(valueBytes) > valueVersionMax) return undefined
    const record = decoder.decode(keyBytes, valueBytes)
    if (record === undefined) return undefined
    const { key, value, valueVersion } = record
    return { transactionalId: key.transactionalId, value: value === null ? null : decodedValue(value), valueVersion }
  },
}

function versionOf(value: Uint8Array): number {
  return value.length < 2 ? 0 : (value[0]! << 8) | value[1]!
}

function encodableOf(value: TransactionValue, valueVersion: number): Encodable<typeof TransactionLogValue> {
  const { producerId, producerEpoch, state, clientTransactionVersion } = value
  const sinceVersion1 = { previousProducerId: value.previousProducerId, nextProducerId: value.nextProducerId }
  return {
    producerId,
    producerEpoch,
    transactionTimeoutMs: value.timeoutMs,
    transactionStatus: stateNumber(state),
    transactionPartitions:
      state === 'Empty'
        ? null
        : Array.from(value.partitions, ([topic, indexes]) => ({ topic, partitionIds: [...indexes] })),
    transactionLastUpdateTimestampMs: value.lastUpdateTimeMs,
    transactionStartTimestampMs: value.startTimeMs,
    clientTransactionVersion,
    ...(valueVersion >= 1 ? sinceVersion1 : undefined),
  }
}

function decodedValue(value: Decoded<typeof TransactionLogValue>): TransactionValue {
  const state = transactionStates[value.transactionStatus]
  if (state === undefined) {
    throw new Error(`Unknown transaction state id ${value.transactionStatus} from the transaction status message`)
  }
  return {
    producerId: value.producerId,
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    producerEpoch: value.producerEpoch,
    lastProducerEpoch: noProducerEpoch,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions: state === 'Empty' ? noPartitions : partitionsOf(value.transactionPartitions ?? []),
    startTimeMs: value.transactionStartTimestampMs,
    lastUpdateTimeMs: value.transactionLastUpdateTimestampMs,
    clientTransactionVersion: value.clientTransactionVersion,
  }
}

function partitionsOf(
  topics: NonNullable<Decoded<typeof TransactionLogValue>['transactionPartitions']>,
): TransactionPartitions {
  const partitions = new Map<string, Set<number>>()
  for (const { topic, partitionIds } of topics) {
    const indexes = partitions.get(topic) ?? new Set()
    for (const partition of partitionIds) indexes.add(partition)
    partitions.set(topic, indexes)
  }
  return partitions
}
