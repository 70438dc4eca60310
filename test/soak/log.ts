import { baseSeed } from '../sim/base-seed.ts'
import { runLogSeeds } from '../sim/log/run-seeds.ts'

/** Simulated runs of the log engine; what fails prints its trace. */
export async function soakLog(count = 50_000): Promise<void> {
  const base = baseSeed()
  const report = await runLogSeeds(base, count, runs => {
    if (runs % 1000 === 0) console.log(`log: ${runs} runs`)
  })
  const { runs, operations, faults, compactions } = report
  const counted = `${operations} operations, ${faults} crashes and faults, ${compactions} compactions`
  console.log(`log: ${runs} runs from seed ${base}, ${counted}`)
  for (const [invariant, times] of [...report.checks].toSorted(([a], [b]) => a.localeCompare(b))) {
    console.log(`  ${invariant}: ${times} times`)
  }
}
