import type { SocketAddress, SocketHandler, TransportSocket } from '../../src/ports.ts'

/** A socket without a network: the test is the operating system and the peer. */
export class FakeSocket implements TransportSocket {
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly received: Uint8Array[] = []
  isPaused = false
  isEnded = false
  isDestroyed = false
  /** While false, nothing that is written is taken. */
  takesBytes = true
  unsentBytes = 0
  #handler: SocketHandler | undefined
  #buffer: Uint8Array | undefined
  readonly #incoming: Uint8Array[] = []
  #hasPeerEnded = false

  constructor(local: SocketAddress, remote: SocketAddress) {
    this.local = local
    this.remote = remote
  }

  attach(handler: SocketHandler): void {
    this.#handler = handler
    this.#buffer = handler.receiveBuffer()
    this.#deliver()
  }

  /** How much it takes from the peer at a time. */
  get windowBytes(): number {
    return this.#buffer?.length ?? 0
  }

  /** The peer sends. Bytes wait while the socket is paused. */
  send(...chunks: Uint8Array[]): void {
    this.#incoming.push(...chunks.filter(chunk => chunk.length > 0))
    this.#deliver()
  }

  /** The peer sends no more. */
  sendEnd(): void {
    this.#hasPeerEnded = true
    this.#deliver()
  }

  /** The peer is gone. */
  break(): void {
    this.destroy(new Error('ECONNRESET'))
  }

  /** The operating system takes what was written while `takesBytes` was false. */
  takeAll(): void {
    this.takesBytes = true
    this.unsentBytes = 0
    this.#handler?.sent()
  }

  get receivedBytes(): Buffer {
    return Buffer.concat(this.received)
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.isEnded || this.isDestroyed) return
    // Copied, since chunks may change once they are sent.
    for (const chunk of chunks) this.received.push(chunk.slice())
    if (this.takesBytes) queueMicrotask(() => this.#handler?.sent())
    else this.unsentBytes += chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    // As a real socket: in a later turn.
    queueMicrotask(() => this.#deliver())
  }

  end(): void {
    if (this.isEnded || this.isDestroyed) return
    this.isEnded = true
    queueMicrotask(() => this.destroy())
  }

  destroy(cause?: Error): void {
    if (this.isDestroyed) return
    this.isDestroyed = true
    queueMicrotask(() => this.#handler?.closed(cause))
  }

  #deliver(): void {
    const handler = this.#handler
    if (handler === undefined) return
    while (!this.isPaused && !this.isEnded && !this.isDestroyed && this.#incoming.length > 0) {
      const chunk = this.#incoming[0]!
      const buffer = this.#buffer!
      const length = Math.min(buffer.length, chunk.length)
      buffer.set(chunk.subarray(0, length))
      if (length === chunk.length) this.#incoming.shift()
      else this.#incoming[0] = chunk.subarray(length)
      handler.received(length)
      // Asked for at once, as libuv does, and used for the next read whenever that comes.
      this.#buffer = handler.receiveBuffer()
    }
    const isOver = this.#hasPeerEnded && this.#incoming.length === 0
    if (isOver && !this.isPaused && !this.isEnded && !this.isDestroyed) {
      this.#hasPeerEnded = false
      handler.ended()
    }
  }
}
