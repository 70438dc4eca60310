import { message } from '../schema/message.ts'

/** Nothing: written while the cluster is idle, so that the high watermark moves (KIP-835). */
export const NoOpRecord = message('NoOpRecord', {
  key: 20,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {},
})
