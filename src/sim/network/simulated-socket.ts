import { type SocketAddress, type SocketHandler, TransportError, type TransportSocket } from '../../ports.ts'
import type { Seed } from '../seed.ts'
import type { SimulatedTime } from '../time.ts'
import type { Trace } from '../trace.ts'
import type { NetworkFaults } from './network-faults.ts'

/** Who has sockets: a process of the simulated machine, or a client. Dead ones are told nothing and send nothing. */
export interface NetworkHost {
  readonly name: string
  readonly isAlive: boolean
}

export interface SocketEnvironment {
  readonly time: SimulatedTime
  readonly seed: Seed
  readonly trace: Trace
  readonly faults: NetworkFaults
}

const latencyMsMin = 0.05
const latencyMsMax = 2
/** When a side that was not told of the end of a connection hears of it at last. */
const halfOpenMsMax = 60_000

/**
 * One end of a connection. Nothing is reordered within it: it is TCP. Bytes under way outlive the process that sent
 * them, and the connection.
 */
export class SimulatedSocket implements TransportSocket {
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly host: NetworkHost
  /** Set right after construction, as is the handler. */
  peer!: SimulatedSocket
  handler!: SocketHandler
  unsentBytes = 0
  readonly #environment: SocketEnvironment
  readonly #inbox: Uint8Array[] = []
  /** When the last bytes sent so far arrive. */
  #lastArrivalMs = 0
  #isPaused = false
  #isDraining = false
  #isBroken = false
  #isClosed = false
  #hasEnded = false

  constructor(host: NetworkHost, addresses: { local: SocketAddress; remote: SocketAddress }, env: SocketEnvironment) {
    this.host = host
    this.local = addresses.local
    this.remote = addresses.remote
    this.#environment = env
  }

  get isOpen(): boolean {
    return !this.#isClosed
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#isClosed || this.#hasEnded || !this.host.isAlive) return
    const bytes = joined(chunks)
    if (bytes.length === 0) return
    this.unsentBytes += bytes.length
    const { seed, faults, trace } = this.#environment
    const isCut = !this.#isBroken && seed.chance(faults.cutShare)
    const isLost = this.#isBroken || (isCut && !seed.chance(faults.deliveredShare))
    if (isCut) {
      this.#isBroken = true
      trace.add(`⚡ ${this.host.name} → ${this.peer.host.name}: cut, the bytes ${isLost ? 'are lost' : 'arrive'}`)
    }
    this.#afterLatency(() => {
      this.unsentBytes -= bytes.length
      if (!this.#isClosed && this.host.isAlive) this.handler.sent()
      if (!isLost) this.peer.#arrived(bytes)
      if (isCut) this.#cut()
    })
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    // Whoever resumes is not called back in the same breath.
    this.#environment.time.schedule(0, () => this.#drain())
  }

  end(): void {
    if (this.#isClosed || this.#hasEnded || !this.host.isAlive) return
    this.#hasEnded = true
    this.#afterLatency(() => {
      if (!this.#isBroken) this.peer.#peerEnded()
      this.#close(undefined)
    })
  }

  destroy(): void {
    if (this.#isClosed) return
    const { time, seed, faults } = this.#environment
    const isHalfOpen = seed.chance(faults.halfOpenShare)
    this.#afterLatency(() => this.peer.#broken(isHalfOpen))
    time.schedule(0, () => this.#close(undefined))
  }

  /** The process it belongs to is gone: the kernel resets the connection behind what was sent. */
  hostEnded(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#afterLatency(() => this.peer.#broken(false))
  }

  #cut(): void {
    const { seed, faults } = this.#environment
    const isHalfOpen = seed.chance(faults.halfOpenShare)
    this.peer.#isBroken = true
    this.#broken(false)
    this.peer.#broken(isHalfOpen)
  }

  #broken(isHalfOpen: boolean): void {
    this.#isBroken = true
    if (this.#isClosed) return
    const { time, seed } = this.#environment
    const hearsAfterMs = isHalfOpen ? seed.between(1000, halfOpenMsMax) : seed.fraction() * 5
    time.schedule(hearsAfterMs, () => this.#close(new TransportError('ECONNRESET', 'the connection was reset')))
  }

  #close(cause: Error | undefined): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#inbox.length = 0
    if (this.host.isAlive) this.handler.closed(cause)
  }

  #peerEnded(): void {
    if (!this.#isClosed && this.host.isAlive) this.handler.ended()
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#isClosed || !this.host.isAlive) return
    this.#inbox.push(bytes)
    this.#drain()
  }

  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    for (let bytes = this.#inbox[0]; bytes !== undefined; bytes = this.#inbox[0]) {
      if (this.#isPaused || this.#isClosed || this.#hasEnded || !this.host.isAlive) break
      const buffer = this.handler.receiveBuffer()
      const length = Math.min(buffer.length, bytes.length)
      buffer.set(bytes.subarray(0, length))
      if (length === bytes.length) this.#inbox.shift()
      else this.#inbox[0] = bytes.subarray(length)
      this.handler.received(length)
    }
    this.#isDraining = false
  }

  #afterLatency(happen: () => void): void {
    const { time, seed, faults } = this.#environment
    const isDelayed = seed.chance(faults.delayedShare)
    const latencyMs = latencyMsMin + seed.fraction() * (isDelayed ? faults.delayMsMax : latencyMsMax)
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, time.nowMs + latencyMs)
    time.schedule(this.#lastArrivalMs - time.nowMs, happen)
  }
}

/** A copy: the sender may use its buffers again. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
