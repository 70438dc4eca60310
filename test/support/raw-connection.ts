import { connect, type Socket } from 'node:net'
import { decodeResponse, encodeRequest, type JsonObject } from './reference-codec.ts'

export interface Answered {
  readonly correlationId: number
  readonly body: JsonObject
  /** Bytes behind the message: a sane broker leaves none. */
  readonly left: number
}

export type Answer = Answered | 'closed' | 'no answer'

/** One connection that sends what it is told, right or wrong, and hands back frames in the order they come. */
export class RawConnection {
  readonly #socket: Socket
  readonly #frames: Buffer[] = []
  readonly #waiting: (() => void)[] = []
  #received = Buffer.alloc(0)
  #closed = false
  #correlationId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  static open(port: number, host = 'localhost'): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new RawConnection(socket)))
    })
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4) {
      const length = this.#received.readInt32BE()
      if (this.#received.length < 4 + length) return
      this.#frames.push(this.#received.subarray(4, 4 + length))
      this.#received = this.#received.subarray(4 + length)
      this.#wake()
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** Sends a request and reads its answer. */
  async request(api: string, version: number, body: JsonObject, patienceMs?: number): Promise<Answer> {
    const correlationId = this.send(api, version, body)
    const answer = await this.answer(api, version, patienceMs)
    if (typeof answer !== 'string' && answer.correlationId !== correlationId) {
      throw new Error(`request ${correlationId} was answered as ${answer.correlationId}`)
    }
    return answer
  }

  /** Sends a request and yields its correlation id. */
  send(api: string, version: number, body: JsonObject): number {
    this.#correlationId += 1
    this.sendFrame(encodeRequest(api, version, { correlationId: this.#correlationId }, body))
    return this.#correlationId
  }

  /** Bytes behind a true length. */
  sendFrame(bytes: Buffer): void {
    const length = Buffer.alloc(4)
    length.writeInt32BE(bytes.length)
    this.sendBytes(Buffer.concat([length, bytes]))
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  async answer(api: string, version: number, patienceMs?: number): Promise<Answer> {
    const frame = await this.frame(patienceMs)
    if (typeof frame === 'string') return frame
    return decodeResponse(api, version, frame)
  }

  /** The next frame without its length; `closed` when the other side hung up instead, `no answer` when neither came in time. */
  async frame(patienceMs = 30_000): Promise<Buffer | 'closed' | 'no answer'> {
    const deadline = Date.now() + patienceMs
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) return frame
      if (this.#closed) return 'closed'
      const leftMs = deadline - Date.now()
      if (leftMs <= 0) return 'no answer'
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, leftMs)
        this.#waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}
