import { array, int8, int32, int53, nullable, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A broker is fenced or unfenced, shuts down, or its directories change. Absent fields change nothing. */
export const BrokerRegistrationChangeRecord = message('BrokerRegistrationChangeRecord', {
  key: 17,
  versions: [0, 3],
  flexibleSince: 0,
  fields: {
    brokerId: int32,
    brokerEpoch: int53,
    /** -1 unfenced now, 0 unchanged, 1 fenced now. */
    fenced: int8.tagged(0),
    inControlledShutdown: int8.since(1).tagged(1),
    logDirs: array(uuid).since(2).tagged(2),
    cordonedLogDirs: nullable(array(uuid)).since(3).tagged(3).default(null),
  },
})
