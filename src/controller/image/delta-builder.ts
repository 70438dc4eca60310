import { assert } from '../../assertion.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import { FeatureName } from '../feature-levels.ts'
import type { MetadataRecord } from '../metadata-record.ts'
import { type CarriedImage, carryRecord } from './carried.ts'
import type { BrokerRegistration, ControllerRegistration } from './cluster.ts'
import { applyBrokerChange, brokerFromRecord, controllerFromRecord } from './cluster-records.ts'
import { type ConfigResource, ConfigResourceType } from './configurations.ts'
import type { FeaturesImage } from './features.ts'
import type { MetadataDelta } from './metadata-delta.ts'
import type { MetadataImage, MetadataProvenance } from './metadata-image.ts'
import { TopicsDeltaBuilder } from './topics-delta-builder.ts'

/**
 * Gathers what records change in an image: the only way from one image to the next, live and on recovery alike. A
 * record that does not fit the image (a change to a broker that is not registered) is a bug of whoever wrote it.
 */
export class DeltaBuilder {
  readonly #before: MetadataImage
  readonly #topics: TopicsDeltaBuilder
  #features: FeaturesImage
  #brokers: Map<number, BrokerRegistration> | undefined
  #controllers: Map<number, ControllerRegistration> | undefined
  readonly #configs = new Map<string, { readonly resource: ConfigResource; readonly configs: Map<string, string> }>()
  #nextProducerId: number
  #carried: CarriedImage

  constructor(before: MetadataImage) {
    this.#before = before
    this.#topics = new TopicsDeltaBuilder(before.topics)
    this.#features = before.features
    this.#nextProducerId = before.producerIds.nextProducerId
    this.#carried = before.carried
  }

  replay(record: MetadataRecord): void {
    switch (record.name) {
      case 'TopicRecord':
        this.#topics.create(record.message.name, record.message.topicId)
        return
      case 'PartitionRecord':
        this.#topics.setPartition(record.message)
        return
      case 'PartitionChangeRecord':
        this.#topics.changePartition(record.message)
        return
      case 'RemoveTopicRecord':
        this.#removeTopic(record.message.topicId)
        return
      case 'ClearElrRecord':
        this.#topics.clearEligibleLeaderReplicas(record.message.topicName)
        return
      case 'ConfigRecord':
        this.#setConfig(record.message)
        return
      case 'FeatureLevelRecord':
        this.#setFeatureLevel(record.message.name, record.message.featureLevel)
        return
      case 'ProducerIdsRecord':
        this.#nextProducerId = record.message.nextProducerId
        return
      case 'RegisterBrokerRecord':
        this.#mutableBrokers().set(record.message.brokerId, brokerFromRecord(record.message))
        return
      case 'UnregisterBrokerRecord':
        this.#registered(record.message.brokerId)
        this.#mutableBrokers().delete(record.message.brokerId)
        return
      case 'BrokerRegistrationChangeRecord': {
        const broker = this.#registered(record.message.brokerId)
        this.#mutableBrokers().set(broker.brokerId, applyBrokerChange(broker, record.message))
        return
      }
      case 'FenceBrokerRecord':
      case 'UnfenceBrokerRecord': {
        const broker = this.#registered(record.message.id)
        this.#mutableBrokers().set(broker.brokerId, { ...broker, fenced: record.name === 'FenceBrokerRecord' })
        return
      }
      case 'RegisterControllerRecord':
        this.#controllers ??= new Map(this.#before.cluster.controllers)
        this.#controllers.set(record.message.controllerId, controllerFromRecord(record.message))
        return
      case 'NoOpRecord':
      case 'ZkMigrationStateRecord':
        return
      case 'BeginTransactionRecord':
      case 'EndTransactionRecord':
      case 'AbortTransactionRecord':
        // Whoever replays a log holds back what an open transaction wrote: see MetadataReplay.
        return
      default: {
        const carried = carryRecord(this.#carried, record)
        assert(carried !== undefined, `no replay for ${record.name}`)
        this.#carried = carried
      }
    }
  }

  finish(provenance: MetadataProvenance): MetadataDelta {
    const before = this.#before
    const topics = this.#topics.finish()
    const clusterChanged = this.#brokers !== undefined || this.#controllers !== undefined
    const producerIdsChanged = this.#nextProducerId !== before.producerIds.nextProducerId
    const changedConfigs = [...this.#configs.values()]
    const after: MetadataImage = {
      provenance,
      features: this.#features,
      cluster: clusterChanged
        ? {
            brokers: this.#brokers ?? before.cluster.brokers,
            controllers: this.#controllers ?? before.cluster.controllers,
          }
        : before.cluster,
      topics: topics.after,
      configs: before.configs.with(changedConfigs.map(({ resource, configs }) => [resource, configs] as const)),
      producerIds: producerIdsChanged ? { nextProducerId: this.#nextProducerId } : before.producerIds,
      carried: this.#carried,
    }
    return {
      before,
      after,
      deletedTopics: topics.deleted,
      changedTopics: topics.changed,
      changedConfigs: changedConfigs.map(({ resource }) => resource),
      featuresChanged: this.#features !== before.features,
      clusterChanged,
      producerIdsChanged,
    }
  }

  #removeTopic(topicId: Uuid): void {
    const topic = this.#topics.remove(topicId)
    this.#configsOf({ type: ConfigResourceType.TOPIC, name: topic.name }).clear()
  }

  #setConfig(record: {
    readonly resourceType: number
    readonly resourceName: string
    readonly name: string
    readonly value: string | null
  }): void {
    const configs = this.#configsOf({ type: record.resourceType, name: record.resourceName })
    if (record.value === null) configs.delete(record.name)
    else configs.set(record.name, record.value)
  }

  #configsOf(resource: ConfigResource): Map<string, string> {
    const key = `${resource.type}:${resource.name}`
    let changed = this.#configs.get(key)
    if (changed === undefined) {
      changed = { resource, configs: new Map(this.#before.configs.of(resource.type, resource.name)) }
      this.#configs.set(key, changed)
    }
    return changed.configs
  }

  #setFeatureLevel(name: string, level: number): void {
    if (name === FeatureName.METADATA_VERSION) {
      this.#features = { ...this.#features, metadataVersion: level }
      return
    }
    const finalizedVersions = new Map(this.#features.finalizedVersions)
    if (level === 0) finalizedVersions.delete(name)
    else finalizedVersions.set(name, level)
    this.#features = { ...this.#features, finalizedVersions }
  }

  #mutableBrokers(): Map<number, BrokerRegistration> {
    this.#brokers ??= new Map(this.#before.cluster.brokers)
    return this.#brokers
  }

  #registered(brokerId: number): BrokerRegistration {
    const broker = (this.#brokers ?? this.#before.cluster.brokers).get(brokerId)
    assert(broker !== undefined, `broker ${brokerId} is not registered`)
    return broker
  }
}
