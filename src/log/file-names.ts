/** The files of Kafka's log directory, by name (`LogFileUtils`). */

export const partitionMetadataFileName = 'partition.metadata'
export const leaderEpochFileName = 'leader-epoch-checkpoint'
export const highWatermarkFileName = 'replication-offset-checkpoint'
export const recoveryPointFileName = 'recovery-point-offset-checkpoint'
export const logStartOffsetFileName = 'log-start-offset-checkpoint'
export const cleanerOffsetFileName = 'cleaner-offset-checkpoint'
export const cleanShutdownFileName = '.kafka_cleanshutdown'
export const metadataTopicName = '__cluster_metadata'

export type SegmentFileSuffix = '.log' | '.index' | '.timeindex' | '.txnindex' | '.snapshot'

/** `00000000000000000042.log` */
export function segmentFileName(baseOffset: number, suffix: SegmentFileSuffix): string {
  return String(baseOffset).padStart(20, '0') + suffix
}

export interface SegmentFileName {
  readonly baseOffset: number
  /** From the first dot on, so that `.log.deleted` is one suffix. */
  readonly suffix: string
}

/** `undefined` for a name that begins with no offset. */
export function parseSegmentFileName(name: string): SegmentFileName | undefined {
  const match = /^(\d{20})(\..+)$/.exec(name)
  return match === null ? undefined : { baseOffset: Number(match[1]), suffix: match[2]! }
}

/** `topic-3` */
export function partitionDirectoryName(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** `undefined` where the name is no partition's, or that of one being deleted, moved or set aside. */
export function parsePartitionDirectoryName(name: string): { topic: string; partition: number } | undefined {
  const match = /^([a-zA-Z0-9._-]{1,249})-(\d{1,10})$/.exec(name)
  return match === null ? undefined : { topic: match[1]!, partition: Number(match[2]) }
}

/** `topic-3.<32 hex digits>-future`: a copy that is to take the partition's place. */
export function parseFutureDirectoryName(name: string): { topic: string; partition: number } | undefined {
  const match = /^(.+)\.[0-9a-f]{32}-future$/.exec(name)
  return match === null ? undefined : parsePartitionDirectoryName(match[1]!)
}

/** Longer than 255 characters where the topic's name is too long for a partition of it to be moved (KAFKA-4893). */
export function futureDirectoryName(topic: string, partition: number, hex: string): string {
  return `${partitionDirectoryName(topic, partition)}.${hex}-future`
}

/**
 * `topic-3.<32 hex digits>-delete`, or `-stray`. A directory's name has 255 characters at most: a long topic is cut,
 * as Kafka cuts it.
 */
export function setAsideDirectoryName(
  topic: string,
  partition: number,
  suffix: 'delete' | 'stray',
  hex: string,
): string {
  const tail = `-${partition}.${hex}-${suffix}`
  return topic.slice(0, 255 - tail.length) + tail
}

export function isDeletedDirectoryName(name: string): boolean {
  return /\.[0-9a-f]{32}-delete$/.test(name)
}
