/** The command line cannot be understood: told in one line, the usage below it, exit code 1. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}

/** It cannot even be taken apart: an option is unknown, or lacks its argument. Kafka's tools show no usage then. */
export class OptionError extends UsageError {
  override readonly name = 'OptionError'
}
