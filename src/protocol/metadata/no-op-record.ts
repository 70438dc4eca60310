import { message } from '../schema/message.ts'

export const NoOpRecord = message('NoOpRecord', {
  key: 20,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {},
})
