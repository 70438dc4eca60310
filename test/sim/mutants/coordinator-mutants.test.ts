import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coordinatorMutants } from './coordinator-mutants.ts'
import { huntMutants } from './hunt.ts'

test('each bug put into the coordinators is caught by a simulated run', async t => {
  assert.ok(coordinatorMutants.length >= 15)
  const caught = await huntMutants(coordinatorMutants, {
    directory: 'src',
    script: 'test/sim/coordinators/find-failure.ts',
    seedsMax: 300,
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
