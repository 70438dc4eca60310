import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseSeed } from '../base-seed.ts'
import { tick } from '../turn.ts'
import { logInvariants } from './log-checks.ts'
import { runLogSeed } from './log-workload.ts'
import { runLogSeeds } from './run-seeds.ts'

const runs = Number(process.env['OTTLA_SIM_RUNS'] ?? 1000)

const base = baseSeed()

test(`the log engine keeps its promises in ${runs} simulated runs of crashes and failing disks`, async t => {
  const report = await runLogSeeds(base, runs)
  assert.ok(report.compactions > runs / 10, `${report.compactions} compactions`)
  for (const invariant of logInvariants) assert.ok(report.checks.has(invariant), `${invariant} was never looked at`)
  t.diagnostic(
    `seeds ${base} to ${base + runs - 1}: ${report.operations} operations, ${report.faults} crashes and faults, ${report.compactions} compactions`,
  )
})

test('a seed does the same thing every time, byte for byte', async () => {
  for (const seed of [1, 2, 3]) {
    const first = await runLogSeed(seed, { turn: tick, isTraced: true })
    const second = await runLogSeed(seed, { turn: tick, isTraced: true })
    assert.ok(first.trace.length > 10_000)
    assert.equal(first.trace, second.trace)
    const silent = await runLogSeed(seed, { turn: tick })
    assert.deepEqual(silent.checks, first.checks)
  }
})
