import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseSeed } from '../base-seed.ts'
import { turn } from '../turn.ts'
import { runCoordinatorSeed } from './coordinator-workload.ts'
import { runCoordinatorSeeds } from './run-seeds.ts'

/** As many as CI takes its time for; fewer where somebody waits. */
const runs = Number(process.env['OTTLA_SIM_RUNS'] ?? (process.env['CI'] === undefined ? 300 : 1000))

test(`the coordinators keep their promises in ${runs} simulated runs of crashes and a bad network`, async t => {
  const base = baseSeed()
  const report = await runCoordinatorSeeds(base, runs)
  assert.ok(report.operations >= 200 * runs, `${report.operations} operations`)
  assert.ok(report.faults >= 3 * runs, `${report.faults} faults`)
  for (const [invariant, times] of report.checks) assert.ok(times > 0, `${invariant} was never looked at`)
  t.diagnostic(`seeds ${base} to ${base + runs - 1}: ${report.operations} operations, ${report.faults} faults`)
})

test('a seed does the same thing every time, to the last byte', async () => {
  for (const seed of [1, 2, 3]) {
    const first = await runCoordinatorSeed(seed, { turn, isTraced: true })
    const second = await runCoordinatorSeed(seed, { turn, isTraced: true })
    assert.equal(first.failure, undefined)
    assert.ok(first.trace.length > 10_000)
    assert.equal(first.trace, second.trace)
    const silent = await runCoordinatorSeed(seed, { turn })
    assert.deepEqual(silent.checks, first.checks)
  }
})
