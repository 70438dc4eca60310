import { type CarriedImage, emptyCarriedImage } from './carried.ts'
import type { ClusterImage } from './cluster.ts'
import { Configurations } from './configurations.ts'
import type { FeaturesImage } from './features.ts'
import { Topics } from './topic.ts'

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
  readonly topics: Topics
  readonly configs: Configurations
  readonly producerIds: ProducerIdsImage
  readonly carried: CarriedImage
}

export const emptyMetadataImage: MetadataImage = {
  provenance: { lastContainedOffset: -1, lastContainedEpoch: -1, lastContainedLogTimeMs: -1 },
  features: { metadataVersion: 0, finalizedVersions: new Map() },
  cluster: { brokers: new Map(), controllers: new Map() },
  topics: Topics.empty,
  configs: Configurations.empty,
  producerIds: { nextProducerId: -1 },
  carried: emptyCarriedImage,
}
