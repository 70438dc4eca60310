/**
 * What happened in a run, one line each, for people to read. Off by default: a failing seed is run again with the
 * trace on, and does the same.
 */
export class Trace {
  readonly isOn: boolean
  readonly #lines: string[] = []
  readonly #nowMs: () => number

  constructor(isOn: boolean, nowMs: () => number) {
    this.isOn = isOn
    this.#nowMs = nowMs
  }

  /** Callers that would have to format a lot ask `isOn` first. */
  add(line: string): void {
    if (this.isOn) this.#lines.push(`${this.#nowMs().toFixed(3).padStart(12)} ${line}`)
  }

  toString(): string {
    return this.#lines.join('\n')
  }
}
