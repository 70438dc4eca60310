import { simulateGroup } from '../groups/support/group-simulation.ts'

/** Members of a group that come, go and lose answers, on simulated time. A failing seed is one for the unit tests. */
export function soakGroups(count = 50_000): void {
  for (let seed = 1; seed <= count; seed++) {
    try {
      simulateGroup(seed)
    } catch (error) {
      throw new Error(`groups: seed ${seed}`, { cause: error })
    }
  }
}
