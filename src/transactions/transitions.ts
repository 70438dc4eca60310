import type { TransactionOutcome } from '../coordinator/coordinator-shard.ts'
import { noPartitions, type TopicPartition, withPartitions } from './topic-partition.ts'
import { noProducerEpoch, noProducerId, type TransactionValue } from './transaction-record.ts'
import { isIdle } from './transaction-state.ts'

/**
 * What a transactional id is to become. Each gives the next value and changes nothing; Kafka's `prepare…` methods of
 * `TransactionMetadata`.
 */

/** The level of `transaction.version` from which on each end of a transaction bumps the epoch (KIP-890). */
export const epochBumpSince = 2

/** Int16.MAX is never given to a client, so that whoever has the last epoch can still be fenced. */
const lastClientEpoch = 32766
const epochMax = 32767

export function isEpochExhausted(producerEpoch: number): boolean {
  return producerEpoch >= lastClientEpoch
}

/** A transactional id nobody has used yet: its first producer gets epoch 0. */
export function created(producerId: number, timeoutMs: number, nowMs: number): TransactionValue {
  return {
    producerId,
    previousProducerId: noProducerId,
    nextProducerId: noProducerId,
    producerEpoch: noProducerEpoch,
    lastProducerEpoch: noProducerEpoch,
    timeoutMs,
    state: 'Empty',
    partitions: noPartitions,
    startTimeMs: -1,
    lastUpdateTimeMs: nowMs,
    clientTransactionVersion: 0,
  }
}

/**
 * A producer starts: its epoch is the next one. With the epoch it had before (KIP-360) it may be asking again, and
 * gets what it was given. `undefined`: another producer has taken its place.
 */
export function withNextEpoch(
  value: TransactionValue,
  timeoutMs: number,
  expectedEpoch: number | undefined,
  nowMs: number,
): TransactionValue | undefined {
  const { producerEpoch, lastProducerEpoch } = value
  const next = { ...started(value, timeoutMs, nowMs), producerEpoch: producerEpoch + 1 }
  if (expectedEpoch === undefined) return { ...next, lastProducerEpoch: noProducerEpoch }
  if (producerEpoch === noProducerEpoch || expectedEpoch === producerEpoch) {
    return { ...next, lastProducerEpoch: producerEpoch }
  }
  return expectedEpoch === lastProducerEpoch ? { ...next, producerEpoch } : undefined
}

/** A producer starts, and the epochs of its id are used up: it gets another id. */
export function withProducerId(
  value: TransactionValue,
  producerId: number,
  timeoutMs: number,
  recordsLastEpoch: boolean,
  nowMs: number,
): TransactionValue {
  return {
    ...started(value, timeoutMs, nowMs),
    producerId,
    producerEpoch: 0,
    lastProducerEpoch: recordsLastEpoch ? value.producerEpoch : noProducerEpoch,
  }
}

function started(value: TransactionValue, timeoutMs: number, nowMs: number): TransactionValue {
  return {
    ...value,
    previousProducerId: value.producerId,
    timeoutMs,
    state: 'Empty',
    partitions: noPartitions,
    startTimeMs: -1,
    lastUpdateTimeMs: nowMs,
  }
}

export function withAddedPartitions(
  value: TransactionValue,
  added: readonly TopicPartition[],
  clientTransactionVersion: number,
  nowMs: number,
): TransactionValue {
  return {
    ...value,
    previousProducerId: value.producerId,
    state: 'Ongoing',
    partitions: withPartitions(value.partitions, added),
    startTimeMs: isIdle(value.state) ? nowMs : value.startTimeMs,
    lastUpdateTimeMs: nowMs,
    clientTransactionVersion,
  }
}

/** The transaction is decided. From `transaction.version` 2 on nobody can add to it by its epoch any more. */
export function prepared(
  value: TransactionValue,
  outcome: TransactionOutcome,
  clientTransactionVersion: number,
  nextProducerId: number,
  nowMs: number,
): TransactionValue {
  const { producerEpoch } = value
  const epochs =
    clientTransactionVersion < epochBumpSince
      ? undefined
      : // An epoch that could not be bumped is a mistake made before: an abort is let through, to get out of it.
        { producerEpoch: Math.min(producerEpoch + 1, epochMax), lastProducerEpoch: producerEpoch }
  return {
    ...value,
    ...epochs,
    previousProducerId: value.producerId,
    nextProducerId,
    state: outcome === 'commit' ? 'PrepareCommit' : 'PrepareAbort',
    // An abort before any partition was added has no start; it is given one, since a complete transaction has it.
    startTimeMs: isIdle(value.state) ? nowMs : value.startTimeMs,
    lastUpdateTimeMs: nowMs,
    clientTransactionVersion,
  }
}

/** Fenced under `transaction.version` below 2: whoever has the epoch before is refused. */
export function withFencedEpoch(value: TransactionValue): TransactionValue {
  const producerEpoch = Math.min(value.producerEpoch + 1, epochMax)
  return { ...value, producerEpoch, lastProducerEpoch: noProducerEpoch }
}

/** Every partition has the marker. */
export function completed(value: TransactionValue, nowMs: number): TransactionValue {
  const isRotated = value.clientTransactionVersion >= epochBumpSince && value.nextProducerId !== noProducerId
  // The client sees its last epoch followed by 0 of the new id; the one between is the coordinator's alone.
  const rotated = isRotated ? { producerId: value.nextProducerId, producerEpoch: 0 } : undefined
  return {
    ...value,
    ...rotated,
    previousProducerId: value.producerId,
    nextProducerId: noProducerId,
    state: value.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    partitions: noPartitions,
    lastUpdateTimeMs: nowMs,
  }
}
