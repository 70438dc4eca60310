import assert from 'node:assert/strict'
import { test } from 'node:test'
import { huntMutants } from './hunt.ts'
import { logMutants } from './log-mutants.ts'

test('each bug put into the log engine is caught by a simulated run', async t => {
  assert.ok(logMutants.length >= 15)
  const caught = await huntMutants(logMutants, {
    directory: 'src/log',
    script: 'test/sim/log/find-failure.ts',
    seedsMax: 1000,
    copies: 2,
  })
  for (const { mutant, seed, failure } of caught) {
    t.diagnostic(`${mutant}: ${seed === undefined ? 'not caught' : `seed ${seed}`}, ${failure.slice(0, 140)}`)
  }
  assert.deepEqual(
    caught.filter(({ seed }) => seed === undefined).map(({ mutant }) => mutant),
    [],
  )
})
