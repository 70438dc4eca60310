import type { MigrationPolicy } from './migration/migration-policy.ts'

/** The settings of the group coordinator's machine, by Kafka's keys. */
export interface GroupConfig {
  /** `group.initial.rebalance.delay.ms` */
  readonly initialRebalanceDelayMs: number
  /** `group.max.size` */
  readonly groupSizeMax: number
  /** `group.consumer.max.size` */
  readonly consumerGroupSizeMax: number
  /** `group.consumer.migration.policy` */
  readonly migrationPolicy: MigrationPolicy
  /** `group.consumer.regex.refresh.interval.ms` */
  readonly regexRefreshIntervalMs: number
  /** `offset.metadata.max.bytes`; counted in UTF-16 units, as Kafka does. */
  readonly offsetMetadataLengthMax: number
  /** `offsets.retention.minutes` */
  readonly offsetsRetentionMs: number
  /** `offsets.retention.check.interval.ms` */
  readonly offsetsRetentionCheckIntervalMs: number
}

/**
 * How long a JoinGroup of a member that has no id yet is parked: its client cannot be told from one that has gone, so
 * it must ask again (Kafka's CLASSIC_GROUP_NEW_MEMBER_JOIN_TIMEOUT_MS).
 */
export const newMemberJoinTimeoutMs = 5 * 60 * 1000
