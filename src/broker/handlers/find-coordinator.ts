import { FindCoordinator } from '../../protocol/apis/find-coordinator.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { handlerOf, type RequestContext } from '../handler.ts'
import { GROUP_METADATA_TOPIC, TRANSACTION_STATE_TOPIC } from '../internal-topics.ts'
import { LeaderEndpoints } from '../leader-endpoints.ts'
import type { BrokerServices } from '../services.ts'

type Request = RequestOf<typeof FindCoordinator>
type Response = EncodableResponseOf<typeof FindCoordinator>

/** What a key is the name of (`FindCoordinatorRequest.CoordinatorType`). */
const groupKeyType = 0
const transactionKeyType = 1
const shareKeyType = 2

/** From this version on a request holds several keys (KIP-699). */
const batchVersion = 4

interface Found {
  readonly errorCode: number
  readonly nodeId: number
  readonly host: string
  readonly port: number
}

/**
 * Groups and transactions are coordinated here. Any other kind of key is answered INVALID_REQUEST, as a kind that Kafka
 * does not know is: a client that retried would wait for something that does not come.
 */
export const handler = handlerOf(
  FindCoordinator,
  (services, request, context) => {
    const find = (key: string): Found => {
      switch (request.keyType) {
        case groupKeyType: {
          const { groupCoordinator } = services
          return findLeader(services, GROUP_METADATA_TOPIC, () => groupCoordinator.partitionFor(key), context)
        }
        case transactionKeyType: {
          const { transactionCoordinator } = services
          const partitionOfKey = (): number => transactionCoordinator.partitionFor(key)
          return findLeader(services, TRANSACTION_STATE_TOPIC, partitionOfKey, context)
        }
        default:
          return nobody(ErrorCode.INVALID_REQUEST)
      }
    }
    return responseOf(request, context.apiVersion, find)
  },
  { errorResponse: (request, errorCode, version) => responseOf(request, version, () => nobody(errorCode)) },
)

/** Who leads the partition of the internal topic; the topic is created if it is not there. */
function findLeader(
  services: BrokerServices,
  topic: string,
  partitionOfKey: () => number,
  context: RequestContext,
): Found {
  if (services.metadata.image.topics.byName(topic) === undefined) {
    services.topicAutoCreator.create(topic)
    return nobody(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  }
  const leaders = new LeaderEndpoints(services, context.connection)
  leaders.leaderOf(topic, partitionOfKey())
  const [leader] = leaders.endpoints
  if (leader === undefined) return nobody(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  services.clientEndpoints.told([leader], context)
  return { errorCode: ErrorCode.NONE, nodeId: leader.nodeId, host: leader.host, port: leader.port }
}

function nobody(errorCode: number): Found {
  return { errorCode, nodeId: -1, host: '', port: -1 }
}

function responseOf(request: Request, version: number, find: (key: string) => Found): Response {
  if (version >= batchVersion) {
    return { coordinators: request.coordinatorKeys.map(key => coordinatorOf(key, find(key), request.keyType)) }
  }
  const found = find(request.key)
  return { ...found, errorMessage: messages[found.errorCode] ?? null }
}

function coordinatorOf(key: string, found: Found, keyType: number) {
  // What no share partition is keyed by is refused without a word, a kind of key that does not exist is not.
  const isRefused = found.errorCode === ErrorCode.INVALID_REQUEST && keyType !== shareKeyType
  return { key, ...found, errorMessage: isRefused ? (messages[found.errorCode] ?? '') : '' }
}

/** The words Kafka has for these errors; `NONE` too is spelt out. */
const messages: Readonly<Record<number, string>> = {
  [ErrorCode.NONE]: 'NONE',
  [ErrorCode.COORDINATOR_NOT_AVAILABLE]: 'The coordinator is not available.',
  [ErrorCode.INVALID_REQUEST]:
    'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.',
}
