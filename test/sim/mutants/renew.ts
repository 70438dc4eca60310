import { writeFileSync } from 'node:fs'
import { formatTable, tablePath } from './caught-table.ts'
import { huntMutants } from './hunt.ts'
import { logMutants } from './log-mutants.ts'

/** `node renew.ts`: hunts every mutant from seed 1 on, and writes the table of what caught it. */
const caught = await huntMutants(logMutants, {
  directory: 'src',
  script: 'test/sim/log/find-failure.ts',
  seedsMax: 1500,
  copies: 2,
})
writeFileSync(tablePath, formatTable(caught))
const escaped = caught.filter(({ seed }) => seed === undefined)
for (const { mutant } of escaped) console.error(`not caught: ${mutant}`)
process.exit(escaped.length === 0 ? 0 : 1)
