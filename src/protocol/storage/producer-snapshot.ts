import { array, int16, int32, int53, uint32 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/**
 * The `.snapshot` file beside a log segment, after its int16 version: what each producer last wrote. The CRC covers
 * what follows it.
 */
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
      /** -1 outside transactions. */
      currentTxnFirstOffset: int53,
    }),
  },
})
