import type { ClassicGroup } from './classic-member.ts'
import type { Membership } from './committing-group.ts'
import { ConsumerGroupModel, type Owner } from './consumer-group-model.ts'
import { nameOfLabel } from './topic-model.ts'

/**
 * A group with members of both protocols, which is now of the one type, now of the other. Whoever speaks the classic
 * protocol lets go of all it has when it joins again.
 *
 * Of either type a group gives a partition on when its owner has let it go, or is a member no more, and so does an
 * upgrade: it keeps to what everybody was assigned (Kafka's `ConsumerGroup.fromClassicGroup`). A downgrade alone does
 * not: the classic group begins with what everybody was to have (`ClassicGroup.fromConsumerGroup`), in a generation that
 * whoever has not come to it yet is not of. Most times it is called to rebalance at once, so that nobody is told. But
 * where a static member has taken the place of the last one of the consumer protocol, it is; where the coordinator ends,
 * the group that is loaded knows nothing of the rebalance; and an upgrade in the middle of it gives away what an owner
 * had and was not to have. So for a moment two may have a partition, and the earlier one is fenced: it is of an earlier
 * epoch, and nothing is taken from it any more.
 */
export class MigratingGroupModel extends ConsumerGroupModel implements ClassicGroup {
  override readonly isMigrating = true
  readonly #classic = new Set<Owner>()
  sharesOut(): void {}

  /** In place of whoever spoke the classic protocol under its instance id. */
  override joined(key: string, instanceId: string | null, rebalanceTimeoutMs: number): void {
    if (instanceId !== null) this.replaces(instanceId)
    super.joined(key, instanceId, rebalanceTimeoutMs)
  }

  joins({ memberId, instanceId }: Membership): void {
    this.letsGo(memberId, this.ownedBy(memberId))
    if (instanceId !== null) this.replaces(instanceId)
  }

  admitted({ memberId, instanceId, generation }: Membership, rebalanceTimeoutMs: number, sentMs: number): void {
    if (this.ownerOf(memberId) === undefined) super.joined(memberId, instanceId, rebalanceTimeoutMs)
    const owner = this.ownerOf(memberId)!
    // It may have taken its own place.
    owner.goneMs = Number.POSITIVE_INFINITY
    this.#classic.add(owner)
    this.heard(memberId, sentMs, false, generation)
  }

  assigned({ memberId, generation }: Membership, _mark: string, partitions: readonly string[]): void {
    for (const partition of partitions) this.gains(memberId, generation, partition)
  }

  isAlive({ memberId, generation }: Membership, sentMs: number): void {
    this.heard(memberId, sentMs, false, generation)
  }

  hasNothing({ memberId }: Membership): void {
    this.letsGo(memberId, this.ownedBy(memberId))
  }

  /** Epochs begin anew where a group that has become empty is replaced by one of the other type: they are compared while both are members. */
  override gains(key: string, _memberEpoch: number, label: string): void {
    this.isGiven(key, nameOfLabel(label))
  }

  protected override isOvertaken(other: Owner, self: Owner, partition: string): boolean {
    if (this.memberUntilMs(other) <= this.world.nowMs) return false
    if (!this.#mayHaveBeenDowngraded(other.givenMs.get(partition)!)) return false
    this.world.checker.check(
      'a partition has one owner in an epoch',
      other.epoch < self.epoch,
      () =>
        `${this.groupId}: ${partition} is given out in generation ${self.epoch}, and has an owner in ${other.epoch}`,
    )
    other.partitions.delete(partition)
    return true
  }

  /** Whether since then there was a moment at which nobody was a member for certain who speaks the consumer protocol. */
  #mayHaveBeenDowngraded(sinceMs: number): boolean {
    const spans = [...this.owners]
      .filter(owner => !this.#classic.has(owner))
      .map(owner => ({ fromMs: owner.admittedMs, untilMs: this.memberUntilMs(owner) }))
      .toSorted((a, b) => a.fromMs - b.fromMs)
    let certainMs = sinceMs
    for (const { fromMs, untilMs } of spans) if (fromMs <= certainMs) certainMs = Math.max(certainMs, untilMs)
    return certainMs < this.world.nowMs
  }

  override letsGo(key: string, labels: Iterable<string>): void {
    super.letsGo(key, Array.from(labels, nameOfLabel))
  }

  override expectCommit(member: Membership, label: string): () => void {
    return super.expectCommit(member, nameOfLabel(label))
  }
}
