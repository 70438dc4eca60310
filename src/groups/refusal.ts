/** Why a request to a group is refused, where the answer has room for a reason: what Kafka throws as `ApiException`. */
export class Refusal {
  readonly errorCode: number
  /** In Kafka's words; `null` where the error code says it all. */
  readonly message: string | null

  constructor(errorCode: number, message: string | null = null) {
    this.errorCode = errorCode
    this.message = message
  }
}
