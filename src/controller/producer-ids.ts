import { assert } from '../assertion.ts'
import type { ControllerResult, ControllerState } from './controller-state.ts'
import { metadataRecord } from './metadata-record.ts'

/** `ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE` */
export const producerIdsPerBlock = 1000

/** Ids `[firstProducerId, firstProducerId + length)`: once recorded they are never given again. */
export interface ProducerIdsBlock {
  readonly firstProducerId: number
  readonly length: number
}

export function allocateProducerIds({ image, settings }: ControllerState): ControllerResult<ProducerIdsBlock> {
  const firstProducerId = Math.max(image.producerIds.nextProducerId, 0)
  const nextProducerId = firstProducerId + producerIdsPerBlock
  assert(Number.isSafeInteger(nextProducerId), 'producer ids are exhausted')
  const brokerEpoch = image.cluster.brokers.get(settings.nodeId)?.brokerEpoch ?? -1
  const record = metadataRecord('ProducerIdsRecord', 0, { brokerId: settings.nodeId, brokerEpoch, nextProducerId })
  return { records: [record], response: { firstProducerId, length: producerIdsPerBlock } }
}
