import { MetadataVersion } from '../../../controller/feature-levels.ts'
import { DescribeCluster } from '../../../protocol/apis/describe-cluster.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { clusterOperations, operationsNotRequested } from '../../authorized-operations.ts'
import { handlerOf } from '../../handler.ts'
import { EndpointType, endpointTypeRefusal } from '../describe-cluster.ts'

/** Where the controllers are, of which a client that came to one of them wants to know (KIP-919). */
export const handler = handlerOf(
  DescribeCluster,
  (services, request, context) => {
    const { cluster, features } = services.metadata.image
    // Before, controllers did not register.
    if (features.metadataVersion < MetadataVersion.IBP_3_7_IV0) return unsupported
    const refusal = endpointTypeRefusal(request.endpointType, EndpointType.CONTROLLER, context.apiVersion)
    if (refusal !== undefined) return refusal
    const controllers = [...cluster.controllers.values()].flatMap(({ controllerId, endpoints }) =>
      endpoints
        .filter(({ name }) => name === context.connection.listenerName)
        .map(({ host, port }) => ({ brokerId: controllerId, host, port, rack: null, isFenced: false })),
    )
    const { leaderId } = services.metadataQuorum.quorum
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      endpointType: EndpointType.CONTROLLER,
      clusterId: services.clusterId,
      controllerId: controllers.some(({ brokerId }) => brokerId === leaderId) ? leaderId : -1,
      brokers: controllers,
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? clusterOperations
        : operationsNotRequested,
    }
  },
  { errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, clusterId: '', brokers: [] }) },
)

const unsupported = {
  throttleTimeMs: 0,
  errorCode: ErrorCode.UNSUPPORTED_VERSION,
  errorMessage: 'Direct-to-controller communication is not supported with the current MetadataVersion.',
  clusterId: '',
  brokers: [],
}
