import { readFileSync } from 'node:fs'
import type { Caught } from './hunt.ts'

export const tablePath = new URL('CAUGHT.md', import.meta.url)

export function formatTable(caught: readonly Caught[]): string {
  const rows = caught.map(({ mutant, seed, failure }) => `| ${mutant} | ${seed ?? 'none'} | ${promiseOf(failure)} |`)
  return [
    '# Bugs put into the log engine, and the first simulated run that finds each',
    '',
    'Each is an entry of `log-mutants.ts`. `log-mutants.test.ts` holds them against this table; a change of the log engine',
    'changes what seeds do: `node test/sim/mutants/renew.ts` hunts all of them again, from seed 1 on.',
    '',
    '| bug | seed | the promise that it breaks |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

export function readTable(): Caught[] {
  return readFileSync(tablePath, 'utf8')
    .split('\n')
    .map(line => /^\| (.+) \| (\d+) \| (.+) \|$/.exec(line))
    .filter(match => match !== null)
    .map(match => ({ mutant: match[1]!, seed: Number(match[2]), failure: match[3]! }))
}

/** A failure begins with the name of the invariant it breaks. */
export function promiseOf(failure: string): string {
  return failure.replace(/:.*/s, '')
}
