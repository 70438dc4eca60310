import type { Uuid } from '../../protocol/uuid.ts'

/** What DescribeQuorum tells of a quorum of one. */
export interface QuorumInfo {
  readonly leaderId: number
  readonly leaderEpoch: number
  /** −1 while unknown. */
  readonly highWatermark: number
  readonly logEndOffset: number
  readonly directoryId: Uuid
  /** 0 with static voters, 1 with dynamic ones. */
  readonly kraftVersion: number
}

export interface MetadataQuorum {
  readonly quorum: QuorumInfo
}
