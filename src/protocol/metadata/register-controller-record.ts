import { array, bool, int16, int32, string, uint16, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A controller has registered (KIP-919). */
export const RegisterControllerRecord = message('RegisterControllerRecord', {
  key: 27,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    controllerId: int32,
    incarnationId: uuid,
    zkMigrationReady: bool,
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
  },
})
