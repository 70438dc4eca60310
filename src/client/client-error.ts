import { errorName, isRetriable } from '../protocol/errors.ts'
import { errorMessage } from './error-messages.ts'
import { exceptionName } from './exception-names.ts'

/**
 * What a broker, or the way to it, refused. `code` is the protocol's; a request that got no answer in time is
 * REQUEST_TIMED_OUT, a connection that could not be made or was lost is NETWORK_EXCEPTION.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: number

  constructor(code: number, message?: string | null, cause?: unknown) {
    super(message ?? errorMessage(code), { cause })
    this.code = code
  }

  /** The code's name, such as `TOPIC_ALREADY_EXISTS`. */
  get codeName(): string {
    return errorName(this.code)
  }

  /** The class of the exception that Kafka's clients make of it. */
  get exceptionClass(): string {
    return `org.apache.kafka.common.errors.${exceptionName(this.code, this.codeName)}`
  }

  /** As Java prints that exception. */
  get exceptionText(): string {
    return `${this.exceptionClass}: ${this.message}`
  }

  get isRetriable(): boolean {
    return isRetriable(this.code)
  }
}

/** Throws what a response says, if it says an error. */
export function throwIfError(code: number, message?: string | null): void {
  if (code !== 0) throw new ClientError(code, message)
}
