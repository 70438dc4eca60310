import { array, bool, int16, int32, int53, nullable, string, uint16, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A broker has registered, fenced at first. Its offset is the broker epoch. Version 4 adds cordoned directories. */
export const RegisterBrokerRecord = message('RegisterBrokerRecord', {
  key: 0,
  versions: [0, 4],
  flexibleSince: 0,
  fields: {
    brokerId: int32,
    isMigratingZkBroker: bool.since(2).default(false),
    incarnationId: uuid,
    brokerEpoch: int53,
    endPoints: array({
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
    fenced: bool.default(true),
    inControlledShutdown: bool.since(1).default(false),
    logDirs: array(uuid).since(3).tagged(0),
    cordonedLogDirs: nullable(array(uuid)).since(4).tagged(1).default(null),
  },
})
