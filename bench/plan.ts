import type { Scenario } from './scenario.ts'
import { compactionScenarios } from './scenarios/compaction.ts'
import { containerScenarios } from './scenarios/container.ts'
import { fetchScenarios } from './scenarios/fetch.ts'
import { groupScenarios } from './scenarios/groups.ts'
import { idleScenarios } from './scenarios/idle.ts'
import { partitionScenarios } from './scenarios/partitions.ts'
import { latencyScenarios, produceScenarios } from './scenarios/produce.ts'
import { recoveryScenarios } from './scenarios/recovery.ts'
import { startScenarios } from './scenarios/start.ts'
import { testingScenarios } from './scenarios/testing.ts'
import { toolScenarios } from './scenarios/tools.ts'
import { transactionScenarios } from './scenarios/transactions.ts'

/** The whole report, in its order: one entry for each file of scenarios. */
export const scenarios: readonly Scenario[] = [
  ...startScenarios,
  ...containerScenarios,
  ...toolScenarios,
  ...testingScenarios,
  ...idleScenarios,
  ...produceScenarios,
  ...latencyScenarios,
  ...fetchScenarios,
  ...transactionScenarios,
  ...compactionScenarios,
  ...recoveryScenarios,
  ...partitionScenarios,
  ...groupScenarios,
]
