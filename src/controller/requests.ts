import type { Uuid } from '../protocol/uuid.ts'
import type { EffectiveConfig } from './config-rules.ts'
import type { ConfigResource } from './image/configurations.ts'

/** `AlterConfigOp.OpType` ids. */
export const AlterConfigOp = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const
export type AlterConfigOp = (typeof AlterConfigOp)[keyof typeof AlterConfigOp]

/** IncrementalAlterConfigs for one resource: keys in request order, each at most once. */
export interface ConfigChange {
  readonly resource: ConfigResource
  readonly operations: ReadonlyMap<string, { readonly op: AlterConfigOp; readonly value: string | null }>
}

export interface CreatableTopic {
  readonly name: string
  /** −1: the broker's `num.partitions`, or as the assignments say. */
  readonly numPartitions: number
  /** −1: the broker's `default.replication.factor`, or as the assignments say. */
  readonly replicationFactor: number
  readonly assignments: readonly { readonly partitionIndex: number; readonly brokerIds: readonly number[] }[]
  readonly configs: readonly { readonly name: string; readonly value: string | null }[]
}

export interface CreateTopicsRequest {
  /** Names are unique here: the handler answers duplicates itself. */
  readonly topics: readonly CreatableTopic[]
  readonly validateOnly: boolean
  /** The names whose configuration the caller may see. */
  readonly describable: (name: string) => boolean
}

export interface CreatedTopic {
  readonly name: string
  readonly topicId: Uuid
  readonly numPartitions: number
  readonly replicationFactor: number
  /** Null where the caller may not see it. */
  readonly configs: readonly EffectiveConfig[] | null
}

/** One entry per topic asked for, in order. */
export type CreateTopicsResult = readonly (
  | { readonly name: string; readonly created: CreatedTopic }
  | { readonly name: string; readonly errorCode: number; readonly errorMessage: string | null }
)[]

export interface CreatePartitionsTopic {
  readonly name: string
  /** The new total. */
  readonly count: number
  readonly assignments: readonly { readonly brokerIds: readonly number[] }[] | null
}
