import type { Timer } from '../ports.ts'

interface SimulatedEvent {
  readonly atMs: number
  readonly order: number
  callback: (() => void) | undefined
}

/** Where the origin of simulated time lies: record timestamps look like those of people's. */
export const originMs = 1_700_000_000_000

/** More at one time, and somebody waits for what only time would bring. */
const eventsAtOnceMax = 100_000

/** Simulated time: it stands still while code runs and leaps to the next event when all of it waits. */
export class SimulatedTime {
  /** The last is the next to come. */
  readonly #events: SimulatedEvent[] = []
  #nowMs = 0
  #scheduled = 0
  /** How many have happened without time going on. */
  #eventsNow = 0

  /** Since the run began; not whole. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Events due at one time come in the order they were scheduled in. */
  schedule(delayMs: number, callback: () => void): Timer {
    const event: SimulatedEvent = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#scheduled++, callback }
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#events[middle]!.atMs > event.atMs) low = middle + 1
      else high = middle
    }
    this.#events.splice(low, 0, event)
    return {
      cancel: () => {
        event.callback = undefined
      },
    }
  }

  /** Leaps to the next event and lets it happen; false where there is none. */
  advance(): boolean {
    for (let event = this.#events.pop(); event !== undefined; event = this.#events.pop()) {
      if (event.callback === undefined) continue
      this.#eventsNow = event.atMs > this.#nowMs ? 0 : this.#eventsNow + 1
      if (this.#eventsNow > eventsAtOnceMax) throw new Error(`Time stands still at ${this.#nowMs} ms`)
      this.#nowMs = event.atMs
      event.callback()
      return true
    }
    return false
  }

  /**
   * Runs until `work` is done. `turn` resolves when everything that can go on without an event has gone on: on Node, a
   * turn of the loop.
   */
  async run(work: Promise<void>, turn: () => Promise<void>): Promise<void> {
    let isDone = false
    const mark = () => {
      isDone = true
    }
    work.then(mark, mark)
    await turn()
    while (!isDone) {
      if (!this.advance()) throw new Error('Everything waits, and nothing is going to happen')
      await turn()
    }
    await work
  }
}
