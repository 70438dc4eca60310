import { baseSeed } from '../sim/base-seed.ts'
import { runCoordinatorSeeds } from '../sim/coordinators/run-seeds.ts'

/** Simulated runs of a whole broker and its clients; what fails prints its trace. */
export async function soakCoordinators(count = 50_000): Promise<void> {
  const base = baseSeed()
  const report = await runCoordinatorSeeds(base, count, runs => {
    if (runs % 1000 === 0) console.log(`coordinators: ${runs} runs`)
  })
  const { runs, operations, faults } = report
  console.log(`coordinators: ${runs} runs from seed ${base}, ${operations} operations, ${faults} crashes and faults`)
  for (const [invariant, times] of [...report.checks].toSorted(([a], [b]) => a.localeCompare(b))) {
    console.log(`  ${invariant}: ${times} times`)
  }
}
