import { connect, type Socket } from 'node:net'

/** Large enough that the sender is not what a fetch of the page cache measures. */
const READ_BUFFER_BYTES = 1 << 20

export interface RawConnectionOptions {
  readonly headBytes?: number
  readonly readBufferBytes?: number
}

type OnFrame = (frameBytes: number, head: Uint8Array) => void

/**
 * One raw connection that sends finished frames and counts the frames that come back, in order.
 *
 * It decodes nothing: what the sender spends, the broker beside it on the same cores cannot use.
 */
export class RawConnection {
  readonly #socket: Socket
  readonly #onFrame: OnFrame
  /** Bytes of the current response still to come; below zero while its length prefix is incomplete. */
  #remaining = 0
  #prefix = Buffer.alloc(4)
  #prefixFilled = 0
  #frameBytes = 0
  readonly #headBytesMax: number
  /** Grows to what the frames ask for. */
  #head = Buffer.alloc(0)
  #headFilled = 0
  readonly closed: Promise<void>

  /** `onFrame` learns each response's length and its first `headBytes` bytes at the most. */
  static open(port: number, onFrame: OnFrame, options: RawConnectionOptions = {}): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        noDelay: true,
        onread: {
          buffer: Buffer.allocUnsafe(options.readBufferBytes ?? READ_BUFFER_BYTES),
          callback: (count, buffer) => {
            connection.#received(buffer as Buffer, count)
            return true
          },
        },
      })
      const connection = new RawConnection(socket, onFrame, options.headBytes ?? 256)
      socket.once('error', reject)
      socket.once('connect', () => resolve(connection))
    })
  }

  private constructor(socket: Socket, onFrame: OnFrame, headBytes: number) {
    this.#socket = socket
    this.#onFrame = onFrame
    this.#headBytesMax = headBytes
    this.closed = new Promise(resolve => socket.once('close', () => resolve()))
  }

  /** What is sent in one turn leaves in one system call: sending is not what is measured. */
  send(frame: Uint8Array): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork()
      process.nextTick(() => this.#socket.uncork())
    }
    this.#socket.write(frame)
  }

  close(): void {
    this.#socket.destroy()
  }

  #received(buffer: Buffer, count: number): void {
    let position = 0
    while (position < count) {
      if (this.#prefixFilled < 4) {
        const taken = Math.min(4 - this.#prefixFilled, count - position)
        buffer.copy(this.#prefix, this.#prefixFilled, position, position + taken)
        this.#prefixFilled += taken
        position += taken
        if (this.#prefixFilled < 4) return
        this.#frameBytes = this.#remaining = this.#prefix.readInt32BE(0)
        this.#headFilled = 0
        const headBytes = Math.min(this.#frameBytes, this.#headBytesMax)
        if (this.#head.length < headBytes) this.#head = Buffer.alloc(headBytes)
      }
      const taken = Math.min(this.#remaining, count - position)
      if (this.#headFilled < this.#head.length) {
        const end = Math.min(position + taken, position + this.#head.length - this.#headFilled)
        this.#headFilled += buffer.copy(this.#head, this.#headFilled, position, end)
      }
      position += taken
      this.#remaining -= taken
      if (this.#remaining === 0) {
        this.#prefixFilled = 0
        this.#onFrame(this.#frameBytes, this.#head.subarray(0, this.#headFilled))
      }
    }
  }
}
