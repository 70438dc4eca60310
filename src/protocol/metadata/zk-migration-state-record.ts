import { int8 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const ZkMigrationStateRecord = message('ZkMigrationStateRecord', {
  key: 21,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    zkMigrationState: int8,
  },
})
