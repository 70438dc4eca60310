import { api } from '../schema/api.ts'
import { bool, bytes, int8, int16, int32, uuid } from '../schema/field.ts'

/**
 * A client's metrics, as its subscription asked for (KIP-714). Errors: UNKNOWN_SUBSCRIPTION_ID, TELEMETRY_TOO_LARGE,
 * UNSUPPORTED_COMPRESSION_TYPE, THROTTLING_QUOTA_EXCEEDED.
 */
export const PushTelemetry = api(72, 'PushTelemetry', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    clientInstanceId: uuid,
    subscriptionId: int32,
    terminating: bool,
    compressionType: int8,
    metrics: bytes,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
  },
})
