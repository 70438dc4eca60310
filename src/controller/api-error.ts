/** A protocol outcome with its text: what Kafka calls ApiError. */
export interface ApiError {
  /** From `ErrorCode`; 0 is success. */
  readonly errorCode: number
  /** Null where Kafka sends none, be it success or an error that its code says all about. */
  readonly errorMessage: string | null
}

export const NO_ERROR: ApiError = { errorCode: 0, errorMessage: null }

export function apiError(errorCode: number, errorMessage: string | null = null): ApiError {
  return { errorCode, errorMessage }
}
