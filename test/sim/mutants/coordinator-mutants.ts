import type { Mutant } from './hunt.ts'

/** Files are below `src`. */
export const coordinatorMutants: readonly Mutant[] = [
  {
    name: 'a member is kept past its session',
    file: 'groups/classic/session-expiry.ts',
    text: 'if (member === undefined || member.hasSatisfiedHeartbeat) return nothingWritten',
    replacement: 'return nothingWritten',
  },
  {
    name: 'the generation is not bumped',
    file: 'groups/classic/classic-group.ts',
    text: '    this.#generationId++\n',
    replacement: '    if (this.#generationId === 0) this.#generationId++\n',
  },
  {
    name: 'a commit of an earlier generation is taken',
    file: 'groups/offsets/offset-commit.ts',
    text: 'if (generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION\n',
    replacement: '',
  },
  {
    name: 'a SyncGroup of an earlier generation is served',
    file: 'groups/classic/sync.ts',
    text: 'if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION\n',
    replacement: '',
  },
  {
    name: 'a static member that was replaced is not fenced',
    file: 'groups/classic/classic-group.ts',
    text: 'if (holder !== memberId) return ErrorCode.FENCED_INSTANCE_ID\n    }\n    return this.members.has(memberId) ?',
    replacement: '}\n    return this.members.has(memberId) || groupInstanceId !== null ?',
  },
  {
    name: 'an assignment is given out before it is recorded',
    file: 'groups/classic/sync.ts',
    text: 'return group.isLeader(member.memberId) ? recordAssignment(groups, group, request) : nothingWritten',
    replacement: `if (!group.isLeader(member.memberId)) return nothingWritten
      recordAssignment(groups, group, request).settled?.(0, { wallMs: 0, monotonicMs: 0 })
      return nothingWritten`,
  },
  {
    name: 'sessions do not start when a group is loaded',
    file: 'groups/group-coordinator-shard.ts',
    text: 'for (const member of group.members.values()) renewSession(this.#classic, member, now)',
    replacement: '',
  },
  {
    name: 'what is loaded ends one batch early',
    file: 'broker/coordinator/coordinator-loader.ts',
    text: 'recordCount += this.#replayBatch(shard, batch, unknownTypes)',
    replacement: 'if (batch.nextOffset < endOffset) recordCount += this.#replayBatch(shard, batch, unknownTypes)',
  },
  {
    name: 'an answer does not wait for its records',
    file: 'broker/coordinator/shard-context.ts',
    text: 'if (result.records.length === 0 && this.#isCommitted) {',
    replacement: 'if (result.settled === undefined) {',
  },
  {
    name: 'a commit counts before flush.messages has flushed it',
    file: 'broker/partition.ts',
    text: 'if (this.log.config.flushMessages >= Number.MAX_SAFE_INTEGER) return append()',
    replacement: 'return append()',
  },
  {
    name: 'records of a batch are replayed in the wrong order',
    file: 'broker/coordinator/coordinator-loader.ts',
    text: 'for (const { offset, key, value } of records) {',
    replacement: 'for (const { offset, key, value } of records.toReversed()) {',
  },
  {
    name: 'a retry of a producer is appended again',
    file: 'log/producer-state.ts',
    text: "if (duplicate !== undefined) return { kind: 'duplicate', batch: duplicate }",
    replacement: "if (duplicate !== undefined) return { kind: 'accepted' }",
  },
]
