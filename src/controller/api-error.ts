/** A protocol outcome with its text: what Kafka calls ApiError. */
export interface ApiError {
  /** From `ErrorCode`; 0 is success. */
  readonly errorCode: number
  readonly errorMessage: string | null
}

export const NO_ERROR: ApiError = { errorCode: 0, errorMessage: null }
