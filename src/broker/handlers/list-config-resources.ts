import { ConfigResourceType } from '../../controller/image/configurations.ts'
import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import { ListConfigResources } from '../../protocol/apis/list-config-resources.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { handlerOf } from '../handler.ts'

const { TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP } = ConfigResourceType

/** In the order in which Kafka lists them. */
const everyType = [GROUP, CLIENT_METRICS, BROKER_LOGGER, BROKER, TOPIC]

/** The resources that have, or could have, configs. Version 0 knows client metrics alone (KIP-1142). */
export const handler = handlerOf(
  ListConfigResources,
  (services, request, context) => {
    const supported: readonly number[] = context.apiVersion === 0 ? [CLIENT_METRICS] : everyType
    const wanted = request.resourceTypes.length === 0 ? supported : request.resourceTypes
    if (!wanted.every(type => supported.includes(type))) {
      return { throttleTimeMs: 0, errorCode: ErrorCode.UNSUPPORTED_VERSION, configResources: [] }
    }
    const { image } = services.metadata
    const { listenerName } = context.connection
    const configResources = everyType
      .filter(type => wanted.includes(type))
      .flatMap(type => namesOf(image, type, listenerName).map(resourceName => ({ resourceName, resourceType: type })))
    return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, configResources }
  },
  { errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, configResources: [] }) },
)

function namesOf(image: MetadataImage, type: number, listenerName: string): string[] {
  if (type === TOPIC) return [...image.topics.all()].map(topic => topic.name)
  if (type === GROUP || type === CLIENT_METRICS) return [...image.configs.namesOf(type)]
  return [...image.cluster.brokers.values()]
    .filter(broker => !broker.fenced && broker.endpoints.some(endpoint => endpoint.name === listenerName))
    .map(broker => String(broker.brokerId))
}
