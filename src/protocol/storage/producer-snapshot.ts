import { array, int16, int32, int53, uint32 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const ProducerSnapshot = message('ProducerSnapshot', {
  versions: [1, 1],
  fields: {
    crc: uint32,
    producerEntries: array({
      producerId: int53,
      epoch: int16,
      lastSequence: int32,
      lastOffset: int53,
      offsetDelta: int32,
      timestamp: int53,
      coordinatorEpoch: int32,
      currentTxnFirstOffset: int53,
    }),
  },
})
