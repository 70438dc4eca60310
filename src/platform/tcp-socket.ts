import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import type { SocketAddress, SocketHandler, TransportSocket } from '../ports.ts'
import type { SocketFlusher } from './socket-flusher.ts'

/** What a peer may go on sending on a connection that is ending, and for how long after the last answer has left. */
const drainedBytesMax = 4 * 1024 * 1024
const drainMsMax = 1000

/**
 * After so many answers in one turn a connection that is alone sends them and goes on: its peer works on these while
 * the rest is worked off here, where otherwise one would wait for the other. With others there is always work.
 */
const earlyAnswers = 3

/** A TCP connection whose bytes are received in place: read(2) writes straight into the handler's buffer. */
export class TcpSocket implements TransportSocket {
  readonly local: SocketAddress
  readonly remote: SocketAddress
  /** Absent only while the handler is being made. */
  #socket: Socket | undefined
  readonly #flusher: SocketFlusher
  readonly #handler: SocketHandler
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  /** How often `write` was called in this turn. */
  #turnWrites = 0
  #isPaused = false
  #isEnding = false
  #hasPeerEnded = false
  #drainedBytes = 0
  #drainTimer: NodeJS.Timeout | undefined
  #isClosed = false
  #error: Error | undefined

  /** `handlerOf` is called during construction, when no bytes can have been received yet. */
  constructor(
    flusher: SocketFlusher,
    makeSocket: (onread: OnReadOpts) => Socket,
    addresses: { local: SocketAddress; remote: SocketAddress },
    handlerOf: (socket: TransportSocket) => SocketHandler,
  ) {
    this.#flusher = flusher
    this.local = addresses.local
    this.remote = addresses.remote
    this.#handler = handlerOf(this)
    let buffer = this.#handler.receiveBuffer()
    const socket = makeSocket({
      buffer: () => {
        if (!this.#isDone) buffer = this.#handler.receiveBuffer()
        return buffer
      },
      callback: length => {
        if (this.#isDone) this.#drained(length)
        else this.#handler.received(length)
        return !this.#isPaused
      },
    })
    this.#socket = socket
    if (this.#isPaused) socket.pause()
    socket.on('end', () => this.#ended())
    socket.on('error', error => {
      this.#error ??= error
    })
    socket.on('close', () => this.#closed())
  }

  get unsentBytes(): number {
    return this.#pendingBytes + (this.#socket?.writableLength ?? 0)
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#isDone) return
    if (this.#turnWrites++ === 0) this.#flusher.flushLater(this)
    for (const chunk of chunks) {
      this.#pending.push(chunk)
      this.#pendingBytes += chunk.length
    }
    if (this.#turnWrites === earlyAnswers && this.#flusher.isAlone) this.#flush()
  }

  /** @internal The flusher's call: what was written since the last one goes to the operating system. */
  turnEnded(): void {
    this.#turnWrites = 0
    this.#flush()
  }

  #flush(): void {
    const socket = this.#socket
    if (this.#isClosed || socket === undefined || this.#pending.length === 0) return
    const chunks = this.#flusher.gather(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    const last = chunks.length - 1
    if (last > 0) socket.cork()
    for (let index = 0; index < last; index++) socket.write(chunks[index]!)
    socket.write(chunks[last]!, this.#sent)
    if (last > 0) socket.uncork()
    if (socket.writableLength > 0) this.#flusher.keepGathered()
  }

  pause(): void {
    if (this.#isPaused || this.#isClosed) return
    this.#isPaused = true
    this.#socket?.pause()
  }

  resume(): void {
    if (!this.#isPaused || this.#isClosed) return
    this.#isPaused = false
    this.#socket?.resume()
  }

  end(isPeerSending = false): void {
    if (this.#isDone) return
    this.#flush()
    this.#isEnding = true
    const socket = this.#socket
    if (socket === undefined) return
    if (!isPeerSending || this.#hasPeerEnded) {
      socket.destroySoon()
      return
    }
    this.#isPaused = false
    socket.resume()
    socket.end(() => {
      this.#drainTimer = setTimeout(() => socket.destroy(), drainMsMax).unref()
    })
  }

  #drained(length: number): void {
    this.#drainedBytes += length
    if (this.#drainedBytes > drainedBytesMax) this.#socket?.destroy()
  }

  destroy(): void {
    this.#isEnding = true
    this.#socket?.destroy()
  }

  /** Nothing more is taken from or given to the handler but `sent` and `closed`. */
  get #isDone(): boolean {
    return this.#isClosed || this.#isEnding
  }

  readonly #sent = (error?: Error | null): void => {
    if (!error && !this.#isClosed) this.#handler.sent()
  }

  #ended(): void {
    this.#hasPeerEnded = true
    if (this.#isEnding) this.#socket?.destroySoon()
    else if (!this.#isClosed) this.#handler.ended()
  }

  #closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#drainTimer)
    this.#pending = []
    this.#pendingBytes = 0
    this.#handler.closed(this.#error)
  }
}

/** The parts of an accepted socket that Node's types leave out. */
interface AcceptedSocket {
  _handle: { useUserBuffer?: unknown } | null
}

/**
 * Makes a socket that receives in place out of an accepted one. Node offers `onread` to clients only, though every
 * socket has the means; so the accepted socket, which has not begun to read, hands its handle on to a new one. Measured
 * on 1 MiB frames: a quarter of the CPU of 'data' events, each of which allocates 64 KiB and must be copied.
 *
 * Where Node's inside no longer looks like that, the 'data' events do the same more slowly.
 */
export function receiveInPlace(accepted: Socket, onread: OnReadOpts): Socket {
  const inside = accepted as unknown as AcceptedSocket
  const handle = inside._handle
  if (handle === null || handle === undefined || typeof handle.useUserBuffer !== 'function') {
    return receiveByCopy(accepted, onread)
  }
  inside._handle = null
  const options = { handle, onread, allowHalfOpen: true, readable: true, writable: true }
  return new Socket(options as SocketConstructorOpts)
}

/** Any stream of bytes as if it received in place. */
export function receiveByCopy(socket: Socket, onread: OnReadOpts): Socket {
  const nextBuffer = () => (typeof onread.buffer === 'function' ? onread.buffer() : onread.buffer)
  let buffer = nextBuffer()
  socket.on('data', (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length; ) {
      const length = Math.min(buffer.length, chunk.length - at)
      buffer.set(chunk.subarray(at, at + length))
      at += length
      // Bytes that are here already must be delivered, paused or not.
      onread.callback(length, buffer)
      buffer = nextBuffer()
    }
  })
  socket.resume()
  return socket
}
