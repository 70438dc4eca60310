import type { Uuid } from '../../protocol/uuid.ts'
import type { ConfigResource } from './configurations.ts'
import type { MetadataImage } from './metadata-image.ts'
import type { PartitionRegistration } from './partition.ts'
import type { TopicImage } from './topic.ts'

export interface TopicChange {
  /** Undefined where this delta created the topic. */
  readonly before: TopicImage | undefined
  readonly after: TopicImage
  /** The partitions that are new or differ, by id, with the value they now have. */
  readonly partitions: ReadonlyMap<number, PartitionRegistration>
}

/**
 * What changed between two images. A topic deleted and recreated under one name within a delta stands in both
 * `deletedTopics` (old id) and `changedTopics` (new id); deletions are to be carried out first.
 */
export interface MetadataDelta {
  readonly before: MetadataImage
  readonly after: MetadataImage
  readonly deletedTopics: ReadonlyMap<Uuid, TopicImage>
  readonly changedTopics: ReadonlyMap<Uuid, TopicChange>
  readonly changedConfigs: readonly ConfigResource[]
  readonly featuresChanged: boolean
  readonly clusterChanged: boolean
  readonly producerIdsChanged: boolean
}
