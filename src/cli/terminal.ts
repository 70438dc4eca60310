/** Gives a piece of a line its style, for those who see it. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'cyan', text: string) => string

/** What a command may touch of the process it runs in. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether a person reads what is printed. */
  readonly isInteractive: boolean
  /** Whether a person watches what goes to standard error. */
  readonly isWatched: boolean
  /** For what is printed, and for what is printed as an error. */
  readonly paint: Paint
  readonly paintError: Paint
  /** Writes a line. */
  print(line: string): void
  printError(line: string): void
  /** Writes to standard output as it is. Resolves when there is room for more, with false where nobody reads any more. */
  write(bytes: string | Uint8Array): Promise<boolean>
  /** Writes to standard error as it is. */
  writeError(text: string): void
  /** Standard input. */
  input(): AsyncIterable<Uint8Array>
  /** Whether it is a person who types. */
  readonly isTyped: boolean
  /** Calls `listener` on each request to stop: SIGTERM, or Ctrl-C. */
  onStopRequest(listener: () => void): void
  /** Ends the process at once. */
  exit(code: number): void
}
