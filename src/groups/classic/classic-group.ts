import { assert } from '../../assertion.ts'
import type { Instant } from '../../coordinator/instant.ts'
import type { ShardDeadline, ShardDeadlines } from '../../coordinator/shard-deadlines.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { GroupRecord } from '../group-record.ts'
import type { JoinGroupAnswer, JoinGroupResponse } from './answers.ts'
import type { ClassicGroupMember, GroupProtocol } from './classic-group-member.ts'
import { assertTransition, type ClassicGroupState, canTransition } from './classic-group-state.ts'
import { ProtocolVotes } from './protocol-votes.ts'
import { refusedJoin, refusedSync } from './refusals.ts'
import { subscribedTopicsOf } from './subscribed-topics.ts'

/** The protocol type of consumers; only their metadata is understood (Kafka's `ConsumerProtocol.PROTOCOL_TYPE`). */
export const consumerProtocolType = 'consumer'

/** What a GroupMetadata record says of a group, apart from its members. */
export interface ClassicGroupRecorded {
  readonly state: ClassicGroupState
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leaderId: string | null
  /** Since when the group is in its state; -1 where an old record does not say. */
  readonly stateSinceMs: number
}

/**
 * A classic group: members agree on a protocol, one of them assigns (JoinGroup, SyncGroup). Also a "simple" group,
 * which has no members and no protocol type and exists because somebody committed offsets under its name.
 *
 * It holds and guards the membership; what requests and deadlines do with it is in the files beside it.
 */
export class ClassicGroup {
  readonly type = 'classic'
  readonly groupId: string
  /** By member id, in the order they came. */
  readonly members = new Map<string, ClassicGroupMember>()
  /** Dynamic members that were given an id and must now join with it, with the end of their patience. */
  readonly pendingJoin = new Map<string, ShardDeadline<GroupRecord>>()
  /** Members of this generation that have not asked for their assignment yet. */
  readonly pendingSync = new Set<string>()
  readonly votes = new ProtocolVotes()
  /** Ends the wait for members to join, or the initial delay of a new group. */
  joinDeadline: ShardDeadline<GroupRecord> | null = null
  /** Ends the wait for members to sync. */
  syncDeadline: ShardDeadline<GroupRecord> | null = null
  /** A member came while the first rebalance of an empty group was being delayed: the delay may grow. */
  newMemberAdded = false
  protocolName: string | null
  protocolType: string | null
  leaderId: string | null
  /** `null`: not known, since the members do not speak the consumer protocol or it could not be read. */
  subscribedTopics: ReadonlySet<string> | null = null
  readonly #deadlines: ShardDeadlines<GroupRecord>
  readonly #staticMembers = new Map<string, string>()
  #state: ClassicGroupState
  #previousState: ClassicGroupState | null = null
  #stateSinceMs: number
  #generationId: number
  #awaitingJoinCount = 0

  constructor(groupId: string, recorded: ClassicGroupRecorded, deadlines: ShardDeadlines<GroupRecord>) {
    this.groupId = groupId
    this.#state = recorded.state
    this.#generationId = recorded.generationId
    this.protocolType = recorded.protocolType
    this.protocolName = recorded.protocolName
    this.leaderId = recorded.leaderId
    this.#stateSinceMs = recorded.stateSinceMs
    this.#deadlines = deadlines
  }

  static empty(groupId: string, deadlines: ShardDeadlines<GroupRecord>, now: Instant): ClassicGroup {
    const recorded = { generationId: 0, protocolType: null, protocolName: null, leaderId: null }
    return new ClassicGroup(groupId, { ...recorded, state: 'Empty', stateSinceMs: now.wallMs }, deadlines)
  }

  get state(): ClassicGroupState {
    return this.#state
  }

  /** `null` for a group that has not moved since it was made or loaded. */
  get previousState(): ClassicGroupState | null {
    return this.#previousState
  }

  get stateSinceMs(): number {
    return this.#stateSinceMs
  }

  get generationId(): number {
    return this.#generationId
  }

  get awaitingJoinCount(): number {
    return this.#awaitingJoinCount
  }

  get staticMemberCount(): number {
    return this.#staticMembers.size
  }

  get hasAllMembersJoined(): boolean {
    return this.members.size === this.#awaitingJoinCount && this.pendingJoin.size === 0
  }

  /** There only because somebody committed offsets under its name; no record says that there is such a group. */
  get isSimple(): boolean {
    return this.protocolType === null && this.#state === 'Empty' && this.pendingJoin.size === 0
  }

  get canRebalance(): boolean {
    return canTransition(this.#state, 'PreparingRebalance')
  }

  get usesConsumerProtocol(): boolean {
    return this.protocolType === consumerProtocolType
  }

  /** A group waits as long as its most patient member asked for. */
  get rebalanceTimeoutMs(): number {
    let timeoutMs = 0
    for (const member of this.members.values()) timeoutMs = Math.max(timeoutMs, member.rebalanceTimeoutMs)
    return timeoutMs
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId
  }

  staticMemberId(groupInstanceId: string): string | undefined {
    return this.#staticMembers.get(groupInstanceId)
  }

  /** While the topics are not known, a group of consumers counts as subscribed to every topic, any other to none. */
  isSubscribedTo(topic: string): boolean {
    return this.subscribedTopics?.has(topic) ?? this.usesConsumerProtocol
  }

  /** 0, or why a request that names this member is refused (KIP-345: a replaced static member is fenced). */
  memberError(memberId: string, groupInstanceId: string | null): number {
    if (groupInstanceId !== null) {
      const holder = this.#staticMembers.get(groupInstanceId)
      if (holder === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
      if (holder !== memberId) return ErrorCode.FENCED_INSTANCE_ID
    }
    return this.members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID
  }

  supportsProtocols(protocolType: string, protocols: readonly GroupProtocol[]): boolean {
    if (this.#state === 'Empty') return protocolType !== '' && protocols.length > 0
    return (
      this.protocolType === protocolType &&
      protocols.some(({ name }) => this.votes.supporters(name) === this.members.size)
    )
  }

  transitionTo(state: ClassicGroupState, now: Instant): void {
    assertTransition(this.groupId, this.#state, state)
    this.#previousState = this.#state
    this.#state = state
    this.#stateSinceMs = now.wallMs
  }

  add(member: ClassicGroupMember, answer: JoinGroupAnswer | null): void {
    const { memberId, groupInstanceId } = member
    if (groupInstanceId !== null) {
      assert(!this.#staticMembers.has(groupInstanceId), `Group ${this.groupId} has ${groupInstanceId} already.`)
      this.#staticMembers.set(groupInstanceId, memberId)
    }
    if (this.members.size === 0) this.protocolType = member.protocolType
    assert(this.protocolType === member.protocolType, `Group ${this.groupId} holds one protocol type.`)
    this.leaderId ??= memberId
    this.members.set(memberId, member)
    this.votes.add(member.protocols)
    member.awaitingJoin = answer
    if (answer !== null) this.#awaitingJoinCount++
    this.removePending(memberId)
  }

  /** Takes a member or a pending one out, with its session. Its parked requests must have been answered. */
  remove(memberId: string): void {
    const member = this.members.get(memberId)
    if (member !== undefined) {
      this.members.delete(memberId)
      this.votes.remove(member.protocols)
      if (member.isAwaitingJoin) this.#awaitingJoinCount--
      if (member.groupInstanceId !== null) this.#staticMembers.delete(member.groupInstanceId)
      this.#deadlines.cancel(member.session)
    }
    if (this.isLeader(memberId)) this.leaderId = this.members.keys().next().value ?? null
    this.removePending(memberId)
    this.pendingSync.delete(memberId)
  }

  removePending(memberId: string): void {
    const deadline = this.pendingJoin.get(memberId)
    if (deadline === undefined) return
    this.#deadlines.cancel(deadline)
    this.pendingJoin.delete(memberId)
  }

  /** Puts `newMember` where the static member it continues was; whoever still waits under the old id is fenced. */
  replaceStaticMember(oldMember: ClassicGroupMember, newMember: ClassicGroupMember): void {
    const groupInstanceId = newMember.groupInstanceId
    assert(groupInstanceId !== null, 'Only a static member is replaced.')
    this.answerJoin(oldMember, refusedJoin(oldMember.memberId, ErrorCode.FENCED_INSTANCE_ID))
    oldMember.answerSync(refusedSync(ErrorCode.FENCED_INSTANCE_ID))
    this.#deadlines.cancel(oldMember.session)
    this.members.delete(oldMember.memberId)
    this.members.set(newMember.memberId, newMember)
    if (this.isLeader(oldMember.memberId)) this.leaderId = newMember.memberId
    this.#staticMembers.set(groupInstanceId, newMember.memberId)
  }

  /** Takes over what a member said when it joined again; its JoinGroup is parked, or none with `null`. */
  updateMember(
    member: ClassicGroupMember,
    said: Pick<ClassicGroupMember, 'protocols' | 'rebalanceTimeoutMs' | 'sessionTimeoutMs'>,
    answer: JoinGroupAnswer | null,
  ): void {
    this.votes.remove(member.protocols)
    this.votes.add(said.protocols)
    member.protocols = said.protocols
    member.rebalanceTimeoutMs = said.rebalanceTimeoutMs
    member.sessionTimeoutMs = said.sessionTimeoutMs
    this.#awaitingJoinCount += Number(answer !== null) - Number(member.isAwaitingJoin)
    member.awaitingJoin = answer
  }

  /** Whether a JoinGroup was parked. */
  answerJoin(member: ClassicGroupMember, response: JoinGroupResponse): boolean {
    const answer = member.awaitingJoin
    if (answer === null) return false
    member.awaitingJoin = null
    this.#awaitingJoinCount--
    answer(response)
    return true
  }

  /** Makes somebody who joined the leader, if the leader did not. False when nobody joined. */
  electJoinedLeader(): boolean {
    if (this.leaderId === null) return false
    if (this.members.get(this.leaderId)?.isAwaitingJoin === true) return true
    for (const member of this.members.values()) {
      if (!member.isAwaitingJoin) continue
      this.leaderId = member.memberId
      return true
    }
    return false
  }

  /** The protocol that most members prefer among those all of them support. */
  selectProtocol(): string {
    return this.votes.select([...this.members.values()].map(member => member.protocols))
  }

  startNextGeneration(now: Instant): void {
    this.#generationId++
    const isEmpty = this.members.size === 0
    this.protocolName = isEmpty ? null : this.selectProtocol()
    this.learnSubscribedTopics()
    this.transitionTo(isEmpty ? 'Empty' : 'CompletingRebalance', now)
    this.pendingSync.clear()
  }

  learnSubscribedTopics(): void {
    this.subscribedTopics = this.usesConsumerProtocol ? subscribedTopicsOf(this.members, this.protocolName) : null
  }

  /** Ends everything it waits for. */
  cancelDeadlines(): void {
    for (const member of this.members.values()) this.#deadlines.cancel(member.session)
    for (const deadline of this.pendingJoin.values()) this.#deadlines.cancel(deadline)
    if (this.joinDeadline !== null) this.#deadlines.cancel(this.joinDeadline)
    if (this.syncDeadline !== null) this.#deadlines.cancel(this.syncDeadline)
  }
}
