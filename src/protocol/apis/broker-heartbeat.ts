import { api } from '../schema/api.ts'
import { array, bool, int16, int32, int53, nullable, uuid } from '../schema/field.ts'

/**
 * Keeps a broker's registration alive, and moves it between fenced, active and shutting down (KIP-631). Errors:
 * STALE_BROKER_EPOCH, BROKER_ID_NOT_REGISTERED.
 */
export const BrokerHeartbeat = api(63, 'BrokerHeartbeat', {
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    brokerEpoch: int53.default(-1),
    /** The last offset that the broker has applied. */
    currentMetadataOffset: int53,
    wantFence: bool,
    wantShutDown: bool,
    offlineLogDirs: array(uuid).since(1).tagged(0),
    cordonedLogDirs: nullable(array(uuid)).since(2).tagged(1).default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    isCaughtUp: bool.default(false),
    isFenced: bool.default(true),
    shouldShutDown: bool,
  },
})
