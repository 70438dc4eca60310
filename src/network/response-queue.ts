import type { MemoryBudget } from '../memory/memory-budget.ts'
import type { TransportSocket } from '../ports.ts'
import type { NetworkResponse } from './request-dispatcher.ts'

const headerSlabBytes = 8192

/** Where the headers of responses are written; shared by the connections of a broker. */
export class ResponseHeaders {
  #slab: Uint8Array = new Uint8Array(headerSlabBytes)
  #used = 0

  /** Size, correlation id and, in version 1, the end of the tagged fields. */
  encode(version: 0 | 1, correlationId: number, bodyBytes: number): Uint8Array {
    const length = 8 + version
    if (this.#used + length > headerSlabBytes) {
      this.#slab = new Uint8Array(headerSlabBytes)
      this.#used = 0
    }
    const header = this.#slab.subarray(this.#used, this.#used + length)
    this.#used += length
    writeInt32(header, 0, 4 + version + bodyBytes)
    writeInt32(header, 4, correlationId)
    if (version === 1) header[8] = 0
    return header
  }
}

function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** The responses of one connection that the operating system has not taken yet, and the budget they draw on. */
export class ResponseQueue {
  readonly #socket: TransportSocket
  readonly #budget: MemoryBudget
  readonly #headers: ResponseHeaders
  #writtenBytes = 0
  #sentBytes = 0
  /** Who wants to know, by the position in the stream that must be reached. */
  #awaiting: { endBytes: number; sent: () => void }[] = []

  constructor(socket: TransportSocket, budget: MemoryBudget, headers: ResponseHeaders) {
    this.#socket = socket
    this.#budget = budget
    this.#headers = headers
  }

  get unsentBytes(): number {
    return this.#writtenBytes - this.#sentBytes
  }

  write(version: 0 | 1, correlationId: number, response: NetworkResponse): void {
    const { chunks } = response
    let bodyBytes = 0
    for (let index = 0; index < chunks.length; index++) bodyBytes += chunks[index]!.length
    const header = this.#headers.encode(version, correlationId, bodyBytes)
    const length = header.length + bodyBytes
    this.#writtenBytes += length
    this.#budget.reserve(length)
    if (response.sent !== undefined) this.#awaiting.push({ endBytes: this.#writtenBytes, sent: response.sent })
    this.#socket.write(chunks.length === 1 ? [header, chunks[0]!] : [header, ...chunks])
  }

  /** The socket's `unsentBytes` has fallen. */
  sent(): void {
    this.#advanceTo(this.#writtenBytes - this.#socket.unsentBytes)
  }

  /** The connection is gone, and so is what was not sent. */
  close(): void {
    this.#advanceTo(this.#writtenBytes)
  }

  #advanceTo(sentBytes: number): void {
    const bytes = sentBytes - this.#sentBytes
    if (bytes <= 0) return
    this.#sentBytes = sentBytes
    this.#budget.release(bytes)
    if (this.#awaiting.length === 0) return
    let done = 0
    while (done < this.#awaiting.length && this.#awaiting[done]!.endBytes <= sentBytes) done++
    for (const { sent } of this.#awaiting.splice(0, done)) sent()
  }
}
