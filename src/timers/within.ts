import type { Clock } from '../ports.ts'

/** The longest a timer of the clock may be; what is longer never ends. */
const timerMsMax = 2 ** 31 - 1

/** What `work` resolves with, unless it takes longer: then rejects with what `late` makes. */
export async function within<Result>(
  work: Promise<Result>,
  msMax: number,
  clock: Clock,
  late: () => Error,
): Promise<Result> {
  if (msMax > timerMsMax) return await work
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = clock.schedule(msMax, () => reject(late()))
  try {
    return await Promise.race([work, tooLate])
  } finally {
    timer.cancel()
  }
}
