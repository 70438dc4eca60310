/**
 * What a client's program (an agent) is told to do. Each agent reads lines `{"id": 1, "name": "poll", "args": {…}}` and answers each
 * with a line `{"id":1,"result":…}` or `{"id":1,"error":"…"}`, in any language. Keys, values and header values are base64, so that
 * bytes stay bytes; offsets and timestamps are numbers.
 *
 * An agent is thin: it calls its client's public API the way its documentation says, and judges nothing.
 */
export interface AgentCommands {
  createTopic: {
    args: { topic: string; partitions: number; configs: Readonly<Record<string, string>> }
    result: unknown
  }
  listTopics: { args: object; result: string[] }
  partitionCount: { args: { topic: string }; result: number }
  createPartitions: { args: { topic: string; count: number }; result: unknown }
  deleteTopic: { args: { topic: string }; result: unknown }
  describeCluster: { args: object; result: { clusterId: string | null; brokers: number } }
  describeConfigs: { args: { topic: string }; result: Record<string, string | null> }
  alterConfigs: { args: { topic: string; configs: Readonly<Record<string, string>> }; result: unknown }
  deleteRecords: { args: { topic: string; partition: number; offset: number }; result: unknown }
  listOffset: { args: { topic: string; partition: number; at: 'earliest' | 'latest' | number }; result: number }

  listGroups: { args: object; result: string[] }
  describeGroup: { args: { group: string }; result: { state: string; members: number } }
  /** Offset by partition; partitions without one are left out. */
  committed: { args: { group: string; topic: string }; result: Record<string, number> }
  deleteGroup: { args: { group: string }; result: unknown }

  /** Resolves when everything is acknowledged, with the record's place where the client tells it. */
  produce: {
    args: {
      topic: string
      compression: Compression
      acks: 0 | 1 | -1
      idempotent: boolean
      records: readonly WireRecord[]
    }
    result: unknown
  }

  /**
   * One transaction of a producer that is made with its first, and stays; `none` leaves the transaction open. Values are
   * text. Rejects where the client does, without trying to abort.
   */
  transact: {
    args: {
      producer: string
      transactionalId: string
      timeoutMs: number
      topic: string
      values: readonly string[]
      end: 'commit' | 'abort' | 'none'
    }
    result: unknown
  }
  /** Ends what `transact` left open. */
  endTransaction: { args: { producer: string; commit: boolean }; result: unknown }

  /**
   * One transaction that also holds what the group goes on from in partition 0 of the topic. `producer` names an instance,
   * which is made at its first; one of the same transactional id that was made before it is fenced, and what that had left
   * open aborted.
   */
  transactWithOffset: {
    args: {
      producer: string
      transactionalId: string
      topic: string
      records: readonly WireRecord[]
      sentOffset?: { readonly group: string; readonly offset: number }
      /** `leave`: the records are sent, and the transaction stays open. */
      outcome: 'commit' | 'abort' | 'leave'
    }
    result: unknown
  }

  /**
   * Joins a group; what it gets to read begins at the earliest offset where nothing is committed. Nothing is committed by
   * itself. Without `isolation` it reads as its client does by default.
   */
  open: {
    args: { consumer: string; group: string; topic: string; isolation?: 'read_committed' | 'read_uncommitted' }
    result: unknown
  }
  /** Resolves as soon as there are records, or with none after `waitMs`. Also what lets a rebalance go on where clients poll. */
  poll: { args: { consumer: string; max: number; waitMs: number }; result: ConsumedRecord[] }
  assignment: { args: { consumer: string }; result: number[] }
  seek: { args: { consumer: string; topic: string; partition: number; offset: number }; result: unknown }
  commit: { args: { consumer: string; topic: string; partition: number; offset: number }; result: unknown }
  close: { args: { consumer: string }; result: unknown }

  /** A member that reads and commits on its own, as applications do, until it is told to leave. */
  join: { args: { member: string; group: string; topic: string } & MemberOptions; result: unknown }
  /** Resolves when what the member has read is committed, as far as it can be, and the member is gone. */
  leave: { args: { member: string }; result: unknown }
  /** What members have done since the last time this was asked. */
  work: { args: object; result: Work[] }
}

export interface MemberOptions {
  /** `consumer` is the new protocol of KIP-848. */
  readonly protocol: 'classic' | 'consumer'
  readonly assignor: 'range' | 'cooperative-sticky' | 'uniform'
  /** Makes the member a static one. */
  readonly instanceId?: string
}

/** Records that a member read and then committed, or tried to. */
export interface Work {
  readonly partition: number
  /**
   * The first offset whose commit is still open: lower than `from` where earlier commits failed and the member kept the
   * partition, for then this one counts for those too.
   */
  readonly since: number
  readonly from: number
  /** Exclusive: the offset committed. */
  readonly to: number
  /** Where the client does not tell, its member's id: then the commit itself is looked at. */
  readonly committed: boolean | string
}

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface WireRecord {
  /** Left out: the client's partitioner decides. */
  readonly partition?: number
  readonly key: string | null
  readonly value: string | null
  /** Names are distinct. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface ConsumedRecord extends WireRecord {
  readonly partition: number
  readonly offset: number
}
