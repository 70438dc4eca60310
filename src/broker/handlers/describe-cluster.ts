import { DescribeCluster } from '../../protocol/apis/describe-cluster.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { clusterOperations, operationsNotRequested } from '../authorized-operations.ts'
import { handlerOf } from '../handler.ts'
import { anyAliveBrokerId, brokerNodes } from '../metadata/broker-nodes.ts'

/** `EndpointType` ids (KIP-919). */
export const EndpointType = { BROKER: 1, CONTROLLER: 2 } as const

/** The answer to who wants nodes of another kind than are to be had here; undefined for who wants these. */
export function endpointTypeRefusal(wanted: number, had: number, apiVersion: number) {
  if (wanted === had) return undefined
  const nameOf = (id: number) => Object.entries(EndpointType).find(([, known]) => known === id)?.[0]
  const isKnown = nameOf(wanted) !== undefined
  const errorCode = isKnown ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE
  return {
    errorCode: apiVersion === 0 ? ErrorCode.INVALID_REQUEST : errorCode,
    errorMessage: isKnown
      ? `The request was sent to an endpoint of type ${nameOf(had)}, but we wanted an endpoint of type ${nameOf(wanted)}`
      : `Unsupported endpoint type ${wanted}`,
    throttleTimeMs: 0,
    clusterId: '',
    brokers: [],
  }
}

export const handler = handlerOf(
  DescribeCluster,
  (services, request, context) => {
    const refusal = endpointTypeRefusal(request.endpointType, EndpointType.BROKER, context.apiVersion)
    if (refusal !== undefined) return refusal
    const { cluster } = services.metadata.image
    const nodes = brokerNodes(cluster, context.connection.listenerName)
      .filter(node => !node.isFenced || request.includeFencedBrokers)
      .map(node => services.clientEndpoints.nodeFor(node, context.connection))
    services.clientEndpoints.told(nodes, context)
    const brokers = nodes.map(({ id, host, port, rack, isFenced }) => ({ brokerId: id, host, port, rack, isFenced }))
    const controllerId = anyAliveBrokerId(cluster, services.random.uint32())
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      clusterId: services.clusterId,
      controllerId: brokers.some(({ brokerId }) => brokerId === controllerId) ? controllerId : -1,
      brokers,
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? clusterOperations
        : operationsNotRequested,
    }
  },
  { errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, clusterId: '', brokers: [] }) },
)
