import type { PartitionAssignor } from '../assignors/assignor.ts'
import type { ClassicGroups } from '../classic/classic-groups.ts'
import type { ConsumerGroupConfigs } from '../dynamic-group-configs.ts'
import type { CompileTopicPattern } from '../regex/topic-pattern.ts'
import type { SubscribedMetadata } from '../subscribed-metadata.ts'
import type { MemberTimers } from './member-timers.ts'
import type { PatternRefreshes } from './pattern-refresh.ts'

/**
 * What everything that is done with consumer groups works on. Groups move between the protocols, and members of both
 * stand in one group meanwhile: what classic groups work on is part of it.
 */
export interface ConsumerGroups extends ClassicGroups {
  readonly timers: MemberTimers
  readonly refreshes: PatternRefreshes
  readonly metadata: SubscribedMetadata
  readonly groupConfigs: ConsumerGroupConfigs
  /** At least one; the first serves groups whose members ask for none. */
  readonly assignors: readonly PartitionAssignor[]
  readonly compileTopicPattern: CompileTopicPattern
}
