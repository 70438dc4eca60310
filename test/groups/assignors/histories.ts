import type { PartitionAssignor } from '../../../src/groups/assignors/assignor.ts'
import { rangeAssignor } from '../../../src/groups/assignors/range-assignor.ts'
import { uniformAssignor } from '../../../src/groups/assignors/uniform-assignor.ts'
import { Seed } from '../../../src/sim/seed.ts'
import { groupAsJson, type PlainAssignment, plain } from './assignor-judge.ts'
import { GroupHistory, type HistoryOptions } from './group-history.ts'

export const assignors: readonly PartitionAssignor[] = [uniformAssignor, rangeAssignor]

/** Each step's group as the oracle reads it, and what our assignor gives it; the next step builds on that. */
export function played(
  seed: Seed,
  assignor: PartitionAssignor,
  options: HistoryOptions,
  steps: number,
): { readonly group: string; readonly assignment: PlainAssignment }[] {
  const history = new GroupHistory(seed, options)
  return Array.from({ length: steps }, () => {
    const group = groupAsJson(assignor, history.group, history.topics)
    const assignment = assignor.assign(history.group, history)
    history.assigned(assignment)
    history.change()
    return { group, assignment: plain(assignment) }
  })
}

/** Small groups, whose assignments are recorded in `recorded.json`. */
export function smallHistories(): { readonly group: string; readonly assignment: PlainAssignment }[] {
  return assignors.flatMap((assignor, index) =>
    (['homogeneous', 'heterogeneous'] as const).flatMap(subscriptionType =>
      [1, 2, 3].flatMap(seed => {
        const options = { membersMax: 8, topicsMax: 4, partitionsMax: 24, subscriptionType }
        return played(new Seed(seed * 10 + index), assignor, options, 12)
      }),
    ),
  )
}
