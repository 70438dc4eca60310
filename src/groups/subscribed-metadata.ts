import type { GroupTopics, GroupTopicsChange } from './group-topics.ts'
import { groupHash, topicHash } from './topic-hash.ts'

/**
 * What a shard knows of topics, and which groups care about which: when topics change, the groups that subscribe to
 * them look at them again at their next heartbeat.
 */
export class SubscribedMetadata {
  #topics: GroupTopics
  #newTopicsVersion: number
  readonly #groupIdsByTopic = new Map<string, Set<string>>()
  /** Only of topics that a group subscribes to. */
  readonly #topicHashes = new Map<string, bigint>()

  constructor(topics: GroupTopics) {
    this.#topics = topics
    this.#newTopicsVersion = topics.version
  }

  get topics(): GroupTopics {
    return this.#topics
  }

  /** The version of the metadata that last brought a new topic: patterns matched before it may miss that. */
  get newTopicsVersion(): number {
    return this.#newTopicsVersion
  }

  /** The groups that subscribe to a topic that changed. */
  changed(topics: GroupTopics, { changedNames, hasNewTopics }: GroupTopicsChange): Set<string> {
    this.#topics = topics
    if (hasNewTopics) this.#newTopicsVersion = topics.version
    const groupIds = new Set<string>()
    for (const name of changedNames) {
      this.#topicHashes.delete(name)
      for (const groupId of this.#groupIdsByTopic.get(name) ?? []) groupIds.add(groupId)
    }
    return groupIds
  }

  subscribe(groupId: string, topic: string): void {
    const groupIds = this.#groupIdsByTopic.get(topic)
    if (groupIds === undefined) this.#groupIdsByTopic.set(topic, new Set([groupId]))
    else groupIds.add(groupId)
  }

  unsubscribe(groupId: string, topic: string): void {
    const groupIds = this.#groupIdsByTopic.get(topic)
    if (groupIds === undefined) return
    groupIds.delete(groupId)
    if (groupIds.size > 0) return
    this.#groupIdsByTopic.delete(topic)
    this.#topicHashes.delete(topic)
  }

  /** Kafka's `ModernGroup.computeMetadataHash`: of those topics that exist. */
  hashOf(topicNames: Iterable<string>): bigint {
    const hashes = new Map<string, bigint>()
    for (const name of topicNames) {
      const topic = this.#topics.byName(name)
      if (topic === undefined) continue
      let hash = this.#topicHashes.get(name)
      if (hash === undefined) {
        hash = topicHash(topic)
        if (this.#groupIdsByTopic.has(name)) this.#topicHashes.set(name, hash)
      }
      hashes.set(name, hash)
    }
    return groupHash(hashes)
  }
}
