/**
 * The environment or the configuration does not allow a start: a taken port, an unwritable or foreign directory, a bad
 * value. The message is one line for a person, naming what is wrong and where; `main.ts` prints it alone and exits 1.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}
