import { refusedHeartbeat } from '../../groups/consumer/heartbeat-request.ts'
import { Refusal } from '../../groups/refusal.ts'
import { compileTopicPattern } from '../../groups/regex/compile-topic-pattern.ts'
import { ConsumerGroupHeartbeat } from '../../protocol/apis/consumer-group-heartbeat.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { isConsumerProtocolEnabled } from '../coordinator/consumer-protocol-enabled.ts'
import { groupClientOf } from '../coordinator/group-client.ts'
import { handlerOf } from '../handler.ts'

export const handler = handlerOf(
  ConsumerGroupHeartbeat,
  (services, request, context) => {
    if (!isConsumerProtocolEnabled(services)) return refusedHeartbeat(new Refusal(ErrorCode.UNSUPPORTED_VERSION))
    return services.groupCoordinator.consumerGroupHeartbeat(request, groupClientOf(context), compileTopicPattern)
  },
  { errorResponse: (_request, errorCode) => refusedHeartbeat(new Refusal(errorCode)) },
)
