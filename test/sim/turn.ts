/** Resolves when every promise that can settle has: simulated runs wait for it between two events. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** As `turn`, for runs in which nothing but promises is waited for: cheaper, since Node's loop stands still meanwhile. */
export function tick(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve))
}
