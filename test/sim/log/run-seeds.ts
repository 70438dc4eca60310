import assert from 'node:assert/strict'
import { tick } from '../turn.ts'
import type { LogInvariant } from './log-checks.ts'
import { runLogSeed } from './log-workload.ts'

/** Of each run. */
const operationsMin = 200
const faultsMin = 3

export interface SeedsReport {
  readonly runs: number
  readonly operations: number
  readonly faults: number
  readonly compactions: number
  readonly checks: ReadonlyMap<LogInvariant, number>
}

/** Why a run failed, what happened in it, and how to see it again. */
export class FailedSeed extends Error {
  override readonly name = 'FailedSeed'
  readonly seed: number

  constructor(seed: number, trace: string, cause: Error) {
    const last = trace.split('\n').slice(-150).join('\n')
    super(`seed ${seed}: ${cause.message}\nrun it again with: OTTLA_TEST_SEED=${seed} npm run soak -- log 1\n${last}`, {
      cause,
    })
    this.seed = seed
  }
}

/** Runs `count` seeds from `base` on. A failing one is run again for its trace. */
export async function runLogSeeds(
  base: number,
  count: number,
  progress?: (runs: number) => void,
): Promise<SeedsReport> {
  // Missing files are found out by errors, and a stack for each is half of what they cost.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return await run(base, count, progress)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

async function run(base: number, count: number, progress?: (runs: number) => void): Promise<SeedsReport> {
  const checks = new Map<LogInvariant, number>()
  let operations = 0
  let faults = 0
  let compactions = 0
  for (let index = 0; index < count; index++) {
    const seed = (base + index) >>> 0
    const run = await runLogSeed(seed, { turn: tick })
    if (run.failure !== undefined) {
      const { trace, failure } = await runLogSeed(seed, { turn: tick, isTraced: true })
      throw new FailedSeed(seed, trace, failure ?? run.failure)
    }
    assert.ok(run.operations >= operationsMin, `seed ${seed} has ${run.operations} operations`)
    assert.ok(run.faults >= faultsMin, `seed ${seed} has ${run.faults} crashes and faults`)
    operations += run.operations
    faults += run.faults
    compactions += run.compactions
    for (const [name, times] of run.checks) checks.set(name, (checks.get(name) ?? 0) + times)
    progress?.(index + 1)
  }
  return { runs: count, operations, faults, compactions, checks }
}
