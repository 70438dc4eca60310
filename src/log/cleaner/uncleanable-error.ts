/** The log holds what cannot be compacted: it stays as it is, and is left alone until the next start. */
export class UncleanableError extends Error {
  override readonly name = 'UncleanableError'
}

/** The log is being cut, closed or deleted: what was begun is dropped and begins anew another time. */
export class CleaningAbortedError extends Error {
  override readonly name = 'CleaningAbortedError'
}
