import type { MetadataDelta, TopicChange } from '../../controller/image/metadata-delta.ts'
import { emptyMetadataImage, type MetadataImage } from '../../controller/image/metadata-image.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { MetadataCache } from './metadata-cache.ts'
import type { MetadataListener } from './metadata-listener.ts'

/** Carries committed changes to the parts of this broker, one delta after the other, one listener after the other. */
export class MetadataPublisher implements MetadataCache {
  readonly #listeners: MetadataListener[] = []
  #image: MetadataImage = emptyMetadataImage

  get image(): MetadataImage {
    return this.#image
  }

  addListener(listener: MetadataListener): void {
    this.#listeners.push(listener)
  }

  async publish(delta: MetadataDelta): Promise<void> {
    for (const listener of this.#listeners) {
      const update = listener.onMetadataUpdate(delta)
      if (update !== undefined) await update
    }
    this.#image = delta.after
    // Begun for all of them before any request is served.
    await Promise.all(this.#listeners.map(listener => listener.onMetadataPublished?.(delta)))
  }
}

/** The first delta: all that `image` holds is new. */
export function deltaFromEmpty(image: MetadataImage): MetadataDelta {
  const changedTopics = new Map<Uuid, TopicChange>()
  for (const topic of image.topics.all()) {
    changedTopics.set(topic.id, { before: undefined, after: topic, partitions: new Map(topic.partitions.entries()) })
  }
  return {
    before: emptyMetadataImage,
    after: image,
    deletedTopics: new Map(),
    changedTopics,
    changedConfigs: [...image.configs.entries()].map(([resource]) => resource),
    featuresChanged: true,
    clusterChanged: true,
    producerIdsChanged: true,
  }
}
