/** The longest a timer can wait. */
const neverMs = 2 ** 31 - 1

/**
 * Keeps the process alive while `work` is under way. What that waits for may be a timer alone, and `NodeClock`'s timers
 * keep no process alive.
 */
export async function keepingAlive<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setTimeout(() => {}, neverMs)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}
