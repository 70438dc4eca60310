/** Resolves when every promise that can settle has: simulated runs wait for it between two events. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
