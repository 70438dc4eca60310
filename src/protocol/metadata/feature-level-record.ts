import { int16, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const FeatureLevelRecord = message('FeatureLevelRecord', {
  key: 12,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    name: string,
    featureLevel: int16,
  },
})
