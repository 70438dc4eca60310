import { api } from '../schema/api.ts'
import { array, bool, int16, int32, int53, nullable, string, uint16, uuid } from '../schema/field.ts'

/**
 * A broker enters the cluster: its endpoints, features and log directories, for a broker epoch (KIP-631, KIP-858).
 * Errors: DUPLICATE_BROKER_REGISTRATION, INCONSISTENT_CLUSTER_ID, UNSUPPORTED_VERSION, INVALID_REGISTRATION.
 */
export const BrokerRegistration = api(62, 'BrokerRegistration', {
  versions: [0, 4],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    clusterId: string,
    /** Random for each start of the process. */
    incarnationId: uuid,
    listeners: array({
      name: string,
      host: string,
      port: uint16,
      securityProtocol: int16,
    }),
    features: array({
      name: string,
      minSupportedVersion: int16,
      maxSupportedVersion: int16,
    }),
    rack: nullable(string),
    isMigratingZkBroker: bool.since(1).default(false),
    logDirs: array(uuid).since(2).ignorable(),
    /** From the clean shutdown's file; -1 when unknown (KIP-966). */
    previousBrokerEpoch: int53.since(3).default(-1).ignorable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    brokerEpoch: int53.default(-1),
  },
})
