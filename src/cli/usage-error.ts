/** The command line cannot be understood: told in one line, the usage below it, exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
