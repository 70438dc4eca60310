import { int8 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** How far a migration from ZooKeeper was. Read and ignored, since logs of migrated clusters hold it. */
export const ZkMigrationStateRecord = message('ZkMigrationStateRecord', {
  key: 21,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    zkMigrationState: int8,
  },
})
