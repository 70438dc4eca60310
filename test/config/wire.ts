import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeResponseFrame, encodeRequestFrame } from '../../src/protocol/frame.ts'
import type { AnyApi } from '../../src/protocol/schema/api.ts'

/** One connection to a broker, one request at a time. */
export class Wire {
  readonly #socket: Socket
  readonly #chunks: AsyncIterator<Buffer>
  #read: Buffer = Buffer.alloc(0)
  #correlationId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  static async connect(port: number): Promise<Wire> {
    const socket = connect(port, 'localhost')
    await once(socket, 'connect')
    return new Wire(socket)
  }

  async send(api: AnyApi, version: number, body: object): Promise<object> {
    const correlationId = ++this.#correlationId
    for (const chunk of encodeRequestFrame(api, version, { correlationId, clientId: 'test' }, body as never)) {
      this.#socket.write(chunk)
    }
    const size = (await this.#take(4)).readInt32BE()
    const frame = decodeResponseFrame(api, version, await this.#take(size))
    return api.response.decode(frame.body, version) as object
  }

  close(): void {
    this.#socket.destroy()
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#read.length < length) {
      const { value, done } = await this.#chunks.next()
      if (done === true) throw new Error('the broker closed the connection')
      this.#read = Buffer.concat([this.#read, value])
    }
    const taken = this.#read.subarray(0, length)
    this.#read = this.#read.subarray(length)
    return taken
  }
}
