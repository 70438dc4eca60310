import { FeatureName } from '../feature-levels.ts'
import { type MetadataRecord, metadataRecord } from '../metadata-record.ts'
import { brokerToRecord, controllerToRecord } from './cluster-records.ts'
import type { MetadataImage } from './metadata-image.ts'
import { partitionToRecord } from './partition.ts'

/**
 * The records that, replayed onto the empty image, give `image`: a snapshot's content, in Kafka's order
 * (`MetadataImage.write`). Lazy, so that a snapshot of many topics can be written in slices.
 */
export function* snapshotRecords(image: MetadataImage): IterableIterator<MetadataRecord> {
  const { metadataVersion, finalizedVersions } = image.features
  // metadata.version comes first: it may decide how what follows is read.
  yield metadataRecord('FeatureLevelRecord', 0, {
    name: FeatureName.METADATA_VERSION,
    featureLevel: metadataVersion,
  })
  for (const [name, featureLevel] of finalizedVersions) {
    yield metadataRecord('FeatureLevelRecord', 0, { name, featureLevel })
  }
  for (const broker of image.cluster.brokers.values()) yield brokerToRecord(broker, metadataVersion)
  for (const controller of image.cluster.controllers.values()) yield controllerToRecord(controller)
  for (const topic of image.topics.all()) {
    yield metadataRecord('TopicRecord', 0, { name: topic.name, topicId: topic.id })
    for (const [partitionId, partition] of topic.partitions.entries()) {
      yield partitionToRecord(partition, topic.id, partitionId, metadataVersion)
    }
  }
  for (const [resource, configs] of image.configs.entries()) {
    for (const [name, value] of configs) {
      yield metadataRecord('ConfigRecord', 0, {
        resourceType: resource.type,
        resourceName: resource.name,
        name,
        value,
      })
    }
  }
  yield* image.carried.quotas.values()
  if (image.producerIds.nextProducerId >= 0) {
    yield metadataRecord('ProducerIdsRecord', 0, {
      brokerId: -1,
      brokerEpoch: -1,
      nextProducerId: image.producerIds.nextProducerId,
    })
  }
  yield* image.carried.accessControlEntries.values()
  yield* image.carried.scramCredentials.values()
  yield* image.carried.delegationTokens.values()
}
