import type { Mutant } from './hunt.ts'

/** Files are below `src`; each with the seed of the run that catches it. */
export const coordinatorMutants: readonly Mutant[] = [
  {
    name: 'a member is kept past its session',
    seed: 29,
    file: 'groups/classic/session-expiry.ts',
    text: 'if (member === undefined || member.hasSatisfiedHeartbeat) return nothingWritten',
    replacement: 'return nothingWritten',
  },
  {
    name: 'the generation is not bumped',
    seed: 4,
    file: 'groups/classic/classic-group.ts',
    text: '    this.#generationId++\n',
    replacement: '    if (this.#generationId === 0) this.#generationId++\n',
  },
  {
    name: 'a commit of an earlier generation is taken',
    seed: 9,
    file: 'groups/offsets/offset-commit.ts',
    text: 'if (generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION\n',
    replacement: '',
  },
  {
    name: 'a SyncGroup of an earlier generation is served',
    seed: 88,
    file: 'groups/classic/sync.ts',
    text: 'if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION\n',
    replacement: '',
  },
  {
    name: 'a static member that was replaced is not fenced',
    seed: 10,
    file: 'groups/classic/classic-group.ts',
    text: 'if (holder !== memberId) return ErrorCode.FENCED_INSTANCE_ID\n    }\n    return this.members.has(memberId) ?',
    replacement: '}\n    return this.members.has(memberId) || groupInstanceId !== null ?',
  },
  {
    name: 'an assignment is given out before it is recorded',
    seed: 3,
    file: 'groups/classic/sync.ts',
    text: 'return group.isLeader(member.memberId) ? recordAssignment(groups, group, request) : nothingWritten',
    replacement: `if (!group.isLeader(member.memberId)) return nothingWritten
      recordAssignment(groups, group, request).settled?.(0, { wallMs: 0, monotonicMs: 0 })
      return nothingWritten`,
  },
  {
    name: 'sessions do not start when a group is loaded',
    seed: 29,
    file: 'groups/classic/restore.ts',
    text: 'for (const member of group.members.values()) renewSession(groups, member, now)',
    replacement: '',
  },
  {
    name: 'what is loaded ends one batch early',
    seed: 1,
    file: 'broker/coordinator/coordinator-loader.ts',
    text: 'recordCount += this.#replayBatch(shard, batch, unknownTypes)',
    replacement: 'if (batch.nextOffset < endOffset) recordCount += this.#replayBatch(shard, batch, unknownTypes)',
  },
  {
    name: 'an answer does not wait for its records',
    seed: 10,
    file: 'broker/coordinator/shard-context.ts',
    text: 'if (result.records.length === 0 && this.#log.isCommitted) {',
    replacement: 'if (result.settled === undefined) {',
  },
  {
    name: 'a commit counts before flush.messages has flushed it',
    seed: 13,
    file: 'broker/partition.ts',
    text: 'if (this.log.config.flushMessages >= Number.MAX_SAFE_INTEGER) return append()',
    replacement: 'return append()',
  },
  {
    name: 'records of a batch are replayed in the wrong order',
    seed: 1,
    file: 'broker/coordinator/coordinator-loader.ts',
    text: 'for (const { offset, key, value } of records) {',
    replacement: 'for (const { offset, key, value } of records.toReversed()) {',
  },
  {
    name: 'a retry of a producer is appended again',
    seed: 2,
    file: 'log/producer-state.ts',
    text: "if (duplicate !== undefined) return { kind: 'duplicate', batch: duplicate }",
    replacement: "if (duplicate !== undefined) return { kind: 'accepted' }",
  },
  {
    name: 'an epoch is not looked at when a transaction ends, version 1',
    seed: 262,
    file: 'transactions/end-transaction.ts',
    text: 'if (value.producerEpoch !== producerEpoch) return refused(ErrorCode.PRODUCER_FENCED)',
    replacement: '',
  },
  {
    name: 'a retried EndTxn is answered with the other outcome',
    seed: 35,
    file: 'transactions/end-transaction.ts',
    text: "if (outcome === 'commit') return ErrorCode.INVALID_TXN_STATE",
    replacement: "if (outcome === 'commit') return isRetry ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE",
  },
  {
    name: 'a transaction is complete before its markers are written',
    seed: 11,
    file: 'broker/transactions/marker-sender.ts',
    text: 'const codes = writer === undefined ? [] : await writer.writeMarkers(marker)',
    replacement: `void writer?.writeMarkers(marker)
    const codes = partitions.map(() => 0)`,
  },
  {
    name: 'one partition gets no marker',
    seed: 2,
    file: 'broker/transactions/marker-sender.ts',
    text: 'for (const { topic, partition } of partitions) {',
    replacement: `for (const { topic, partition } of partitions) {
      if (partitions.length > 1 && partition === partitions.at(-1)!.partition) {
        answers.push({ topic, partition, errorCode: 0 })
        continue
      }`,
  },
  {
    name: 'markers are not taken up again after a restart',
    seed: 6,
    file: 'transactions/transaction-coordinator-shard.ts',
    text: '    this.#transactions.resume()\n',
    replacement: '',
  },
  {
    name: 'a transaction that has timed out stays open',
    seed: 12,
    file: 'transactions/timeouts.ts',
    text: 'return value.startTimeMs + value.timeoutMs < now.wallMs',
    replacement: 'return false',
  },
  {
    name: 'offsets count before their transaction is committed',
    seed: 2,
    file: 'groups/offsets/group-offsets.ts',
    text: 'else if (producerId === noProducerId) this.committed',
    replacement: 'else if (producerId !== -2) this.committed',
  },
  {
    name: 'offsets of an aborted transaction count',
    seed: 2,
    file: 'groups/offsets/group-offsets.ts',
    text: "      if (outcome === 'abort') continue\n",
    replacement: '',
  },
  {
    name: 'the last stable offset is too high',
    seed: 2,
    file: 'log/log-state.ts',
    text: 'return Math.min(this.highWatermark, Math.max(unstable, this.logStartOffset))',
    replacement: 'return this.highWatermark',
  },
  {
    name: 'the list of aborted transactions misses one',
    seed: 2,
    file: 'log/log-appender.ts',
    text: 'if (completed?.isAborted === true) this.#recordAborted(completed)',
    replacement: `if (completed?.isAborted === true && completed.firstOffset % 3 > 0) this.#recordAborted(completed)`,
  },
  {
    name: 'a transaction recovered below the high watermark stays open',
    seed: 2,
    file: 'log/log-state.ts',
    text: `    this.producers.highWatermarkMoved(this.highWatermark)
    if`,
    replacement: '    if',
  },
  {
    name: 'an assignment is given before its owner has let go',
    seed: 1,
    file: 'groups/consumer/current-assignment.ts',
    text: 'to.ownerEpoch(topicId, partition) === -1 || ownRevoked?.has(partition) === true',
    replacement: 'partition >= 0',
  },
  {
    name: 'a revocation is not waited for',
    seed: 8,
    file: 'groups/consumer/current-assignment.ts',
    text: 'if (!ownsAnyOf(member.partitionsPendingRevocation, to.owned)) return next(member, to, member.memberEpoch)',
    replacement: 'return next(member, to, member.memberEpoch)',
  },
  {
    name: 'the tombstone of a member is forgotten',
    seed: 1,
    file: 'groups/consumer/replay.ts',
    text: 'if (record.value === null) group.removeMember(record.memberId)',
    replacement: 'if (record.value === null) return',
  },
  {
    name: 'a commit of somebody who is no member is taken',
    seed: 3,
    file: 'groups/consumer/commit-check.ts',
    text: `if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  const isClassic`,
    replacement: `if (member === undefined) return everyPartition
  const isClassic`,
  },
  {
    name: 'sessions of consumers do not start when a group is loaded',
    seed: 1,
    file: 'groups/consumer/loaded.ts',
    text: "    groups.timers.set(groupId, memberId, 'session', now.monotonicMs + sessionTimeoutMs)\n",
    replacement: '',
  },
  {
    name: 'a transaction takes offsets of an earlier generation',
    seed: 7,
    file: 'groups/offsets/txn-offset-commit.ts',
    text: 'return generationId === group.generationId ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION',
    replacement: 'return ErrorCode.NONE',
  },
  {
    name: 'a transaction takes offsets of an earlier epoch',
    seed: 652,
    file: 'groups/offsets/txn-offset-commit.ts',
    text: "return typeof check === 'number' ? inTransaction(check) : check",
    replacement: "return typeof check === 'number' ? inTransaction(check) : everyPartition",
  },
  {
    name: 'an offset is stable while a transaction is to move it',
    seed: 890,
    file: 'groups/offsets/offset-fetch.ts',
    text: 'if (requireStable && offsets.isPending(groupId, topic, partition)) {',
    replacement: 'if (requireStable && partition < 0) {',
  },
  {
    name: 'an upgraded group does not know what its members have',
    seed: 94,
    file: 'groups/migration/upgrade.ts',
    text: 'assignedPartitions.set(topicId, new Map(partitions.map(partition => [partition, group.generationId])))',
    replacement:
      'assignedPartitions.set(topicId, new Map(partitions.slice(1).map(index => [index, group.generationId])))',
  },
  {
    name: 'a downgraded group goes on in the generation before',
    seed: 61,
    file: 'groups/migration/downgrade.ts',
    text: 'generationId: group.groupEpoch,',
    replacement: 'generationId: group.groupEpoch - 1,',
  },
]
