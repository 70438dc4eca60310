import type { TcpSocket } from './tcp-socket.ts'

/** Chunks up to this size are copied together: below it, a copy is cheaper than one more entry in writev(2). */
const copiedBytesMax = 2048
const gatherBytes = 65_536

/**
 * Writes what all sockets of a transport have pending once per turn, after the promises of that turn have settled: the
 * answers to pipelined requests leave in one system call.
 */
export class SocketFlusher {
  readonly #dirty: TcpSocket[] = []
  /** Where small chunks meet. Free again after each flush that the operating system took whole. */
  #gathered = Buffer.allocUnsafeSlow(gatherBytes)
  #used = 0

  flushLater(socket: TcpSocket): void {
    if (this.#dirty.push(socket) === 1) process.nextTick(this.#flushAll)
  }

  /** The same bytes in fewer chunks, valid until the next call unless `keepGathered` comes between. */
  gather(chunks: readonly Uint8Array[]): Uint8Array[] {
    const target = this.#gathered
    const vector: Uint8Array[] = []
    let from = 0
    let to = 0
    for (const chunk of chunks) {
      if (chunk.length <= copiedBytesMax && to + chunk.length <= target.length) {
        target.set(chunk, to)
        to += chunk.length
        continue
      }
      if (to > from) vector.push(target.subarray(from, to))
      from = to
      vector.push(chunk)
    }
    if (to > from || vector.length === 0) vector.push(target.subarray(from, to))
    this.#used = to
    return vector
  }

  /** The last gathered bytes are still to be sent, so they must not be written over. */
  keepGathered(): void {
    if (this.#used > 0) this.#gathered = Buffer.allocUnsafeSlow(gatherBytes)
    this.#used = 0
  }

  readonly #flushAll = (): void => {
    for (let index = 0; index < this.#dirty.length; index++) this.#dirty[index]!.flush()
    this.#dirty.length = 0
  }
}
