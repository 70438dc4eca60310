/** What a command may touch of the process it runs in. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether a person reads what is printed. */
  readonly isInteractive: boolean
  /** Writes a line. */
  print(line: string): void
  printError(line: string): void
  /** Writes to standard output as it is. Resolves when there is room for more, with false where nobody reads any more. */
  write(bytes: string | Uint8Array): Promise<boolean>
  /** Standard input. */
  input(): AsyncIterable<Uint8Array>
  /** Calls `listener` on each request to stop: SIGTERM, or Ctrl-C. */
  onStopRequest(listener: () => void): void
  /** Ends the process at once. */
  exit(code: number): void
}
