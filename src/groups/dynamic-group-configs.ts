/**
 * What is configured of consumer groups: each group's own value, else the broker's. Read at each use, since both may
 * change meanwhile.
 */
export interface ConsumerGroupConfigs {
  /** `consumer.session.timeout.ms`, within the broker's bounds. */
  sessionTimeoutMs(groupId: string): number
  /** `consumer.heartbeat.interval.ms`, within the broker's bounds. */
  heartbeatIntervalMs(groupId: string): number
  /** `consumer.assignment.interval.ms`, within the broker's bounds. */
  assignmentIntervalMs(groupId: string): number
}
