import type { Uuid } from '../protocol/uuid.ts'

/** What groups know of a topic. */
export interface GroupTopic {
  readonly name: string
  readonly id: Uuid
  readonly partitionCount: number
  /** The racks of a partition's replicas, one for each replica that has one. */
  racksOfPartition(partition: number): readonly string[]
}

/** The topics of the cluster as of one version of its metadata. Immutable. */
export interface GroupTopics {
  /** The offset in the metadata log up to which it reaches. */
  readonly version: number
  byName(name: string): GroupTopic | undefined
  byId(id: Uuid): GroupTopic | undefined
  names(): Iterable<string>
}

/** What became different from the version before. */
export interface GroupTopicsChange {
  /** Topics that are new, have changed or are gone. */
  readonly changedNames: Iterable<string>
  readonly hasNewTopics: boolean
}
