import type { Clock, Timer } from '../ports.ts'
import type { Terminal } from './terminal.ts'

/** What is done within this time needs no words. */
const silentMs = 500
const redrawMs = 200

const wipe = '\r\u001b[2K'

/** One line on standard error that says what a tool is doing, while somebody watches; gone when it is done. */
export class Progress {
  readonly #terminal: Terminal
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #isShown: boolean
  #timer: Timer | undefined
  #text: (() => string) | undefined
  #isOnScreen = false

  constructor(terminal: Terminal, clock: Clock, isShown: boolean) {
    this.#isShown = isShown
    this.#terminal = terminal
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
  }

  /** `text` is asked for whenever the line is drawn. */
  show(text: (() => string) | undefined): void {
    if (!this.#isShown) return
    this.#text = text
    if (text === undefined) this.wipe()
    this.#timer ??= this.#clock.schedule(silentMs, () => this.#draw())
  }

  /** Makes room for other lines; the line comes back by itself. */
  wipe(): void {
    if (!this.#isOnScreen) return
    this.#isOnScreen = false
    this.#terminal.writeError(wipe)
  }

  end(): void {
    this.#timer?.cancel()
    this.#text = undefined
    this.wipe()
  }

  #draw(): void {
    if (this.#text === undefined) {
      this.#timer = undefined
      return
    }
    const seconds = Math.floor((this.#clock.monotonicMs() - this.#startedMs) / 1000)
    const line = `${this.#text()}${seconds === 0 ? '' : ` (${seconds} s)`}`
    this.#terminal.writeError(wipe + this.#terminal.paintError('dim', line))
    this.#isOnScreen = true
    this.#timer = this.#clock.schedule(redrawMs, () => this.#draw())
  }
}

/** The terminal for a tool that shows progress: what it writes is never mixed with the line. */
export function besideProgress(terminal: Terminal, progress: Progress): Terminal {
  return {
    environment: terminal.environment,
    isInteractive: terminal.isInteractive,
    isWatched: terminal.isWatched,
    get isTyped() {
      return terminal.isTyped
    },
    paint: terminal.paint,
    paintError: terminal.paintError,
    print(line) {
      progress.wipe()
      terminal.print(line)
    },
    printError(line) {
      progress.wipe()
      terminal.printError(line)
    },
    write(bytes) {
      progress.wipe()
      return terminal.write(bytes)
    },
    writeError(text) {
      progress.wipe()
      terminal.writeError(text)
    },
    input: () => terminal.input(),
    onStopRequest: listener => terminal.onStopRequest(listener),
    exit: code => terminal.exit(code),
  }
}

/** `12,345` and what it counts. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}
