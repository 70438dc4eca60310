import { tick } from '../turn.ts'
import { runLogSeed } from './log-workload.ts'

/** `node find-failure.ts <first seed> <count>`: the first seed that fails, as a line of JSON; `null` where none does. */
const [first, count] = process.argv.slice(2).map(Number)
let found: { seed: number; failure: string } | null = null
for (let seed = first ?? 1; seed < (first ?? 1) + (count ?? 1) && found === null; seed++) {
  const { failure } = await runLogSeed(seed, { turn: tick })
  if (failure !== undefined) found = { seed, failure: failure.message.split('\n')[0]! }
}
console.log(JSON.stringify(found))
process.exit(0)
