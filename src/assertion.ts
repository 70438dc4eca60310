/** A bug in Ottla itself: it ends that broker (`closed` rejects) instead of being answered to a client. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** States an invariant of our own code. What a client or the disk may cause is never asserted. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}
