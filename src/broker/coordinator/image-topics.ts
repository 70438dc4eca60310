import type { MetadataDelta } from '../../controller/image/metadata-delta.ts'
import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import type { TopicImage } from '../../controller/image/topic.ts'
import type { GroupTopic, GroupTopics, GroupTopicsChange } from '../../groups/group-topics.ts'
import type { Uuid } from '../../protocol/uuid.ts'

/** The topics of a metadata image, as groups see them. */
export class ImageTopics implements GroupTopics {
  readonly #image: MetadataImage

  constructor(image: MetadataImage) {
    this.#image = image
  }

  get version(): number {
    return this.#image.provenance.lastContainedOffset
  }

  byName(name: string): GroupTopic | undefined {
    return this.#topic(this.#image.topics.byName(name))
  }

  byId(id: Uuid): GroupTopic | undefined {
    return this.#topic(this.#image.topics.byId(id))
  }

  *names(): Iterable<string> {
    for (const { name } of this.#image.topics.all()) yield name
  }

  #topic(topic: TopicImage | undefined): GroupTopic | undefined {
    if (topic === undefined) return undefined
    const { brokers } = this.#image.cluster
    return {
      name: topic.name,
      id: topic.id,
      partitionCount: topic.partitions.length,
      racksOfPartition: partition =>
        (topic.partitions[partition]?.replicas ?? []).flatMap(id => brokers.get(id)?.rack ?? []),
    }
  }
}

export function topicsChangeOf(delta: MetadataDelta): GroupTopicsChange {
  const changes = [...delta.changedTopics.values()]
  return {
    changedNames: new Set(
      [...changes.map(({ after }) => after), ...delta.deletedTopics.values()].map(({ name }) => name),
    ),
    hasNewTopics: changes.some(({ before }) => before === undefined),
  }
}
