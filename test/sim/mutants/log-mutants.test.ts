import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promiseOf, readTable } from './caught-table.ts'
import { type Caught, huntMutants } from './hunt.ts'
import { logMutants } from './log-mutants.ts'

/** The table must name seeds that catch: else any that does is good enough, since each change of the log moves them. */
const isStrict = (process.env['OTTLA_REQUIRE'] ?? '').split(',').includes('mutants')

test('each bug put into the log engine is caught, by the simulated run that the table names', async t => {
  const table = readTable()
  assert.ok(table.length >= 15)
  assert.deepEqual(
    table.map(({ mutant }) => mutant),
    logMutants.map(({ name }) => name),
  )
  const mutants = logMutants.map((mutant, index) => ({ ...mutant, seed: table[index]!.seed! }))
  const caught = await huntMutants(mutants, {
    directory: 'src',
    script: 'test/sim/log/find-failure.ts',
    seedsMax: 1000,
    copies: 2,
  })
  for (const row of caught) t.diagnostic(rowOf(row))
  assert.deepEqual(
    caught.filter(({ seed }) => seed === undefined).map(({ mutant }) => mutant),
    [],
  )
  if (isStrict) assert.deepEqual(caught.map(rowOf), table.map(rowOf), 'renew with node test/sim/mutants/renew.ts')
})

function rowOf({ mutant, seed, failure }: Caught): string {
  return `${mutant}: seed ${seed}, ${promiseOf(failure)}`
}
