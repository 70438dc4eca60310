import { assert } from '../assertion.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { type ApiError, apiError } from './api-error.ts'
import type { ControllerResult, ControllerState } from './controller-state.ts'
import type { MetadataImage } from './image/metadata-image.ts'
import { metadataRecord } from './metadata-record.ts'

/** `ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE` */
export const producerIdsPerBlock = 1000

/** Ids `[firstProducerId, firstProducerId + length)`: once recorded they are never given again. */
export interface ProducerIdsBlock {
  readonly firstProducerId: number
  readonly length: number
}

/** A block for this node's own broker. */
export function allocateProducerIds({ image, settings }: ControllerState): ControllerResult<ProducerIdsBlock> {
  return nextBlock(image, settings.nodeId, image.cluster.brokers.get(settings.nodeId)?.brokerEpoch ?? -1)
}

/** A block for a broker that asks for it: not one that has been registered anew since. */
export function allocateProducerIdsFor(
  { image }: ControllerState,
  brokerId: number,
  brokerEpoch: number,
): ControllerResult<ProducerIdsBlock | ApiError> {
  const registration = image.cluster.brokers.get(brokerId)
  if (registration?.brokerEpoch === brokerEpoch) return nextBlock(image, brokerId, brokerEpoch)
  const message =
    registration === undefined
      ? `No broker registration found for broker id ${brokerId}`
      : `Expected broker epoch ${registration.brokerEpoch}, but got broker epoch ${brokerEpoch}`
  return { records: [], response: apiError(ErrorCode.STALE_BROKER_EPOCH, message) }
}

function nextBlock(image: MetadataImage, brokerId: number, brokerEpoch: number): ControllerResult<ProducerIdsBlock> {
  const firstProducerId = Math.max(image.producerIds.nextProducerId, 0)
  const nextProducerId = firstProducerId + producerIdsPerBlock
  assert(Number.isSafeInteger(nextProducerId), 'producer ids are exhausted')
  const record = metadataRecord('ProducerIdsRecord', 0, { brokerId, brokerEpoch, nextProducerId })
  return { records: [record], response: { firstProducerId, length: producerIdsPerBlock } }
}
