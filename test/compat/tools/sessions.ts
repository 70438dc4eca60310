import type { ToolSession } from './session.ts'
import { cluster, metadataQuorum } from './sessions/cluster.ts'
import { configs, userConfigs } from './sessions/configs.ts'
import { consoleTools } from './sessions/console.ts'
import { controllerTools } from './sessions/controller.ts'
import { consumerGroups, groups } from './sessions/groups.ts'
import { brokerApiVersions, deleteRecords, getOffsets, logDirs } from './sessions/small-tools.ts'
import { topics } from './sessions/topics.ts'
import { transactions } from './sessions/transactions.ts'

/** What Ottla's command-line tools are compared by. */
export const toolSessions: readonly ToolSession[] = [
  topics,
  configs,
  userConfigs,
  consumerGroups,
  groups,
  brokerApiVersions,
  getOffsets,
  deleteRecords,
  logDirs,
  cluster,
  metadataQuorum,
  consoleTools,
  transactions,
  ...controllerTools,
]
