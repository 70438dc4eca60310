import { api } from '../schema/api.ts'
import { bool, int16, int32, int53, nullable, string } from '../schema/field.ts'

/**
 * A producer id and epoch, for an idempotent producer (no transactional id) or a transactional one, whose last
 * transaction is ended and whose earlier self is fenced (KIP-98, KIP-360). Version 6 keeps prepared transactions
 * (KIP-939), and is not yet stable.
 */
export const InitProducerId = api(22, 'InitProducerId', {
  versions: [0, 6],
  flexibleSince: 2,
  request: {
    /** Null for an idempotent producer. */
    transactionalId: nullable(string),
    /** After it the coordinator aborts. */
    transactionTimeoutMs: int32,
    producerId: int53.since(3).default(-1),
    producerEpoch: int16.since(3).default(-1),
    enable2Pc: bool.since(6).default(false),
    keepPreparedTxn: bool.since(6).default(false),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int53.default(-1),
    producerEpoch: int16,
    ongoingTxnProducerId: int53.since(6).default(-1),
    ongoingTxnProducerEpoch: int16.since(6).default(-1),
  },
})
