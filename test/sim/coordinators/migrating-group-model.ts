import type { ClassicGroup } from './classic-member.ts'
import type { Membership } from './committing-group.ts'
import { ConsumerGroupModel } from './consumer-group-model.ts'
import { nameOfLabel } from './topic-model.ts'

/**
 * A group with members of both protocols, which is now of the one type, now of the other. Its epochs begin anew where a
 * group that has become empty is replaced by one of the other type. Whoever speaks the classic protocol lets go of all
 * it has when it joins again.
 */
export class MigratingGroupModel extends ConsumerGroupModel implements ClassicGroup {
  override readonly isMigrating = true
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

  admitted({ memberId, instanceId }: Membership, rebalanceTimeoutMs: number, sentMs: number): void {
    if (!this.hasJoined(memberId)) this.joined(memberId, instanceId, rebalanceTimeoutMs)
    this.heard(memberId, sentMs, false)
  }

  assigned({ memberId, generation }: Membership, _mark: string, partitions: readonly string[]): void {
    for (const partition of partitions) this.gains(memberId, generation, partition)
  }

  isAlive({ memberId }: Membership, sentMs: number): void {
    this.heard(memberId, sentMs, false)
  }

  hasNothing({ memberId }: Membership): void {
    this.letsGo(memberId, this.ownedBy(memberId))
  }

  /**
   * A group that is downgraded gives out what everybody was to have, before those who still have it know: they are
   * fenced by their generation, here as in Kafka (`ClassicGroup.fromConsumerGroup`). So commits alone are looked at.
   */
  override gains(key: string, _memberEpoch: number, label: string): void {
    this.has(key, nameOfLabel(label))
  }

  override letsGo(key: string, labels: Iterable<string>): void {
    super.letsGo(key, Array.from(labels, nameOfLabel))
  }

  override expectCommit(member: Membership, label: string): () => void {
    return super.expectCommit(member, nameOfLabel(label))
  }
}
