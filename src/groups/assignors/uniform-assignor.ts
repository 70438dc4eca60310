import type { GroupAssignment, GroupSpec, PartitionAssignor, SubscribedTopicDescriber } from './assignor.ts'
import { assignHeterogeneousGroup } from './uniform-heterogeneous.ts'
import { assignHomogeneousGroup } from './uniform-homogeneous.ts'

/**
 * Gives all members equally many partitions, and lets them keep as many of theirs as that allows. Racks do not count
 * (`UniformAssignor`).
 */
export const uniformAssignor: PartitionAssignor = {
  name: 'uniform',
  assign(group: GroupSpec, topics: SubscribedTopicDescriber): GroupAssignment {
    if (group.members.size === 0) return new Map()
    return group.subscriptionType === 'homogeneous'
      ? assignHomogeneousGroup(group, topics)
      : assignHeterogeneousGroup(group, topics)
  },
}
