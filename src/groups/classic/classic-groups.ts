import type { ShardDeadlines } from '../../coordinator/shard-deadlines.ts'
import type { Logger, Random } from '../../ports.ts'
import type { GroupConfig } from '../group-config.ts'
import type { GroupRecord } from '../group-record.ts'
import type { GroupTable } from '../group-table.ts'

/** What everything that is done with classic groups works on: the groups of one shard and what they run by. */
export interface ClassicGroups {
  readonly groups: GroupTable
  readonly deadlines: ShardDeadlines<GroupRecord>
  readonly config: GroupConfig
  readonly random: Random
  readonly logger: Logger
}

/** Who sent a request, as a group remembers it. */
export interface GroupClient {
  readonly clientId: string
  /** As Java writes an address: `/127.0.0.1`. */
  readonly clientHost: string
  readonly apiVersion: number
}
