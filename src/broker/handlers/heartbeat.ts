import { Heartbeat } from '../../protocol/apis/heartbeat.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'

export const handler = handlerOf(
  Heartbeat,
  (services, request) => mapAnswer(services.groupCoordinator.heartbeat(request), errorCode => ({ errorCode })),
  { errorResponse: (_request, errorCode) => ({ errorCode }) },
)
