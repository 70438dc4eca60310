import { api } from '../schema/api.ts'
import { array, bool, int16, int32, int53, nullable, string, uint16, uuid } from '../schema/field.ts'

export const BrokerRegistration = api(62, 'BrokerRegistration', {
  versions: [0, 4],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    clusterId: string,
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
    previousBrokerEpoch: int53.since(3).default(-1).ignorable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    brokerEpoch: int53.default(-1),
  },
})
