import type { TcpSocket } from './tcp-socket.ts'

/** Chunks up to this size are copied together: below it, a copy is cheaper than one more entry in writev(2). */
const copiedBytesMax = 2048
const gatherBytes = 65_536

/** A turn that has gone on for so long since its first answer does not hold back the answers any longer. */
const heldMsMax = 1

/**
 * Writes what all sockets of a transport have pending at the end of each turn of the loop: the answers to what was
 * pipelined leave in one system call, and a peer that many connections lead to is woken once for all of them.
 */
export class SocketFlusher {
  readonly #dirty: TcpSocket[] = []
  /** How many were written to in this turn; in the next one it says who is alone. */
  #turnSockets = 0
  #isAlone = false
  #turnBeganMs = 0
  #isDue = false
  /** Where small chunks meet. Free again after each flush that the operating system took whole. */
  #gathered = Buffer.allocUnsafeSlow(gatherBytes)
  #used = 0

  /** Whether no more than one socket was written to in the turn before. */
  get isAlone(): boolean {
    return this.#isAlone
  }

  /** Calls the socket's `turnEnded`, once, when all that this turn brings has been worked off. */
  flushLater(socket: TcpSocket): void {
    this.#dirty.push(socket)
    if (this.#turnSockets++ === 0) {
      this.#turnBeganMs = performance.now()
      setImmediate(this.#endTurn)
    } else if (!this.#isDue && performance.now() - this.#turnBeganMs > heldMsMax) {
      this.#isDue = true
      process.nextTick(this.#flushAll)
    }
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

  readonly #endTurn = (): void => {
    this.#isAlone = this.#turnSockets <= 1
    this.#turnSockets = 0
    this.#flushAll()
  }

  readonly #flushAll = (): void => {
    this.#isDue = false
    for (let index = 0; index < this.#dirty.length; index++) this.#dirty[index]!.turnEnded()
    this.#dirty.length = 0
  }
}
