import { int16, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/**
 * A feature is finalized at a level. Every metadata log and snapshot begins with one for `metadata.version`, and it
 * never gets a version above 0, so that any node can read it.
 */
export const FeatureLevelRecord = message('FeatureLevelRecord', {
  key: 12,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    name: string,
    featureLevel: int16,
  },
})
