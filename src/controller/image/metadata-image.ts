import type { CarriedImage } from './carried.ts'
import type { ClusterImage } from './cluster.ts'
import type { ConfigurationsImage } from './configurations.ts'
import type { FeaturesImage } from './features.ts'
import type { TopicsImage } from './topic.ts'

/** How far into the metadata log an image reaches. */
export interface MetadataProvenance {
  /** −1 before the first record. */
  readonly lastContainedOffset: number
  readonly lastContainedEpoch: number
  readonly lastContainedLogTimeMs: number
}

export interface ProducerIdsImage {
  /** The first producer id that no block holds yet; −1 (Kafka: empty image) before the first block. */
  readonly nextProducerId: number
}

/**
 * What replaying the committed part of `__cluster_metadata` yields. Every part is immutable: whoever holds an image
 * may read it across awaits, and an update shares what it did not change with the image before it.
 */
export interface MetadataImage {
  readonly provenance: MetadataProvenance
  readonly features: FeaturesImage
  readonly cluster: ClusterImage
  readonly topics: TopicsImage
  readonly configs: ConfigurationsImage
  readonly producerIds: ProducerIdsImage
  readonly carried: CarriedImage
}
