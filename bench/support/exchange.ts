import { RawConnection } from './connection.ts'

/** One connection that sends a frame and waits for its answer before the next. */
export class Exchange {
  readonly #connection: RawConnection
  #answer: PromiseWithResolvers<Uint8Array>

  /** `headBytes`: how much of each answer is kept. */
  static async open(port: number, headBytes = 256): Promise<Exchange> {
    const exchange = new Exchange(
      await RawConnection.open(port, (_bytes, head) => exchange.#answer.resolve(head), { headBytes }),
    )
    return exchange
  }

  private constructor(connection: RawConnection) {
    this.#connection = connection
    this.#answer = Promise.withResolvers()
    connection.closed.then(() => this.#answer.reject(new Error('the broker closed the connection')))
    this.#answer.promise.catch(() => {})
  }

  /** The head of the answer; overwritten by the next one. */
  async send(frame: Uint8Array): Promise<Uint8Array> {
    this.#answer = Promise.withResolvers()
    this.#connection.send(frame)
    return this.#answer.promise
  }

  close(): void {
    this.#connection.close()
  }
}
