import { plain } from '../../src/cli/paint.ts'
import type { Paint, Terminal } from '../../src/cli/terminal.ts'

/** A terminal, or no terminal, that keeps what is written to it. */
export class TestTerminal implements Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly isInteractive: boolean
  readonly isWatched: boolean
  readonly isTyped: boolean
  readonly paint: Paint
  readonly paintError: Paint
  stdout = ''
  stderr = ''
  readonly #input: AsyncIterable<Uint8Array> | string
  #stop = () => {}

  constructor(
    options: {
      readonly isInteractive?: boolean
      readonly isWatched?: boolean
      readonly paint?: Paint
      readonly input?: AsyncIterable<Uint8Array> | string
      readonly environment?: Readonly<Record<string, string>>
    } = {},
  ) {
    this.environment = options.environment ?? {}
    this.isInteractive = options.isInteractive ?? false
    this.isWatched = options.isWatched ?? false
    this.isTyped = false
    this.paint = options.paint ?? plain
    this.paintError = this.paint
    this.#input = options.input ?? ''
  }

  print(line: string): void {
    this.stdout += `${line}\n`
  }

  printError(line: string): void {
    this.stderr += `${line}\n`
  }

  async write(bytes: string | Uint8Array): Promise<boolean> {
    this.stdout += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')
    return true
  }

  writeError(text: string): void {
    this.stderr += text
  }

  async *input(): AsyncGenerator<Uint8Array> {
    if (typeof this.#input !== 'string') yield* this.#input
    else if (this.#input !== '') yield Buffer.from(this.#input)
  }

  onStopRequest(listener: () => void): void {
    this.#stop = listener
  }

  /** Ctrl-C. */
  requestStop(): void {
    this.#stop()
  }

  exit(code: number): never {
    throw new Error(`the tool ended the process with ${code}`)
  }
}
