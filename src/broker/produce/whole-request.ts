import { ErrorCode } from '../../protocol/errors.ts'
import { batchAt } from './batch-framing.ts'
import type { ProduceRequest, ProduceResponse } from './produce-operation.ts'

/** An error that all of a request's partitions are answered with. */
export interface WholeRequestError {
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** What Kafka finds out before it looks at single partitions; `undefined` where nothing is wrong. */
export function wholeRequestError(request: ProduceRequest): WholeRequestError | undefined {
  let isTransactional = false
  let producer: string | undefined
  let hasSeveralProducers = false
  for (const { partitionData } of request.topicData) {
    for (const { records } of partitionData) {
      if (records === null) return { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null }
      const batch = batchAt(records, 0)
      if (batch === undefined) continue
      if ('corruption' in batch) return { errorCode: ErrorCode.CORRUPT_MESSAGE, errorMessage: batch.corruption }
      if (!batch.isTransactional) continue
      isTransactional = true
      if (!batch.hasProducerId) continue
      const identity = `${batch.producerId} ${batch.producerEpoch}`
      hasSeveralProducers ||= producer !== undefined && producer !== identity
      producer = identity
    }
  }
  if (isTransactional && request.transactionalId === null) {
    return { errorCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, errorMessage: null }
  }
  if (!hasSeveralProducers) return undefined
  return {
    errorCode: ErrorCode.INVALID_PRODUCER_ID_MAPPING,
    errorMessage: 'Transactional records contained more than one producer ID',
  }
}

export function wholeRequestErrorResponse(request: ProduceRequest, error: WholeRequestError): ProduceResponse {
  return {
    responses: request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({ index, baseOffset: -1, ...error })),
    })),
  }
}

/** A partition named several times is written once, with what was named last, as Kafka's map of partitions has it. */
export function withoutRepeatedPartitions(request: ProduceRequest): ProduceRequest {
  if (request.topicData.length <= 1 && (request.topicData[0]?.partitionData.length ?? 0) <= 1) return request
  const last = new Map<string, Map<number, object>>()
  let isRepeated = false
  for (const { name, topicId, partitionData } of request.topicData) {
    const topic = `${topicId} ${name}`
    let ofTopic = last.get(topic)
    if (ofTopic === undefined) {
      ofTopic = new Map()
      last.set(topic, ofTopic)
    }
    for (const data of partitionData) {
      isRepeated ||= ofTopic.has(data.index)
      ofTopic.set(data.index, data)
    }
  }
  if (!isRepeated) return request
  return {
    ...request,
    topicData: request.topicData.map(topic => ({
      ...topic,
      partitionData: topic.partitionData.filter(
        data => last.get(`${topic.topicId} ${topic.name}`)?.get(data.index) === data,
      ),
    })),
  }
}
