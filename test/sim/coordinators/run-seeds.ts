import { turn } from '../turn.ts'
import { runCoordinatorSeed } from './coordinator-workload.ts'
import type { CoordinatorInvariant } from './invariants.ts'

export interface SeedsReport {
  readonly runs: number
  readonly operations: number
  readonly faults: number
  readonly checks: ReadonlyMap<CoordinatorInvariant, number>
}

const traceLinesMax = 120
/** What the disk does is told by `isTraced` runs too, and seldom what a coordinator's failure is about. */
const diskLine = / (?:write|sync|open|close|rename|truncate|size|read|readFile|list|status|syncDirectory) \//

/** Runs `count` seeds from `base` on. A failing one is run again for its trace. */
export async function runCoordinatorSeeds(
  base: number,
  count: number,
  progress?: (runs: number) => void,
): Promise<SeedsReport> {
  const checks = new Map<CoordinatorInvariant, number>()
  let operations = 0
  let faults = 0
  for (let index = 0; index < count; index++) {
    const seed = (base + index) >>> 0
    const run = await runCoordinatorSeed(seed, { turn })
    if (run.failure !== undefined) throw await failedSeed(seed, run.failure)
    operations += run.operations
    faults += run.faults
    for (const [name, times] of run.checks) checks.set(name, (checks.get(name) ?? 0) + times)
    progress?.(index + 1)
  }
  return { runs: count, operations, faults, checks }
}

/** Why a run failed, what happened in it, and how to see it again. */
async function failedSeed(seed: number, cause: Error): Promise<Error> {
  const { trace } = await runCoordinatorSeed(seed, { turn, isTraced: true })
  const lines = trace.split('\n').filter(line => !diskLine.test(line))
  const again = `run it again with: OTTLA_TEST_SEED=${seed} npm run soak -- coordinators 1`
  return new Error(`seed ${seed}: ${cause.message}\n${again}\n${lines.slice(-traceLinesMax).join('\n')}`, { cause })
}
