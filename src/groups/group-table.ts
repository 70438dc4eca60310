import type { ClassicGroup } from './classic/classic-group.ts'
import type { ConsumerGroup } from './consumer/consumer-group.ts'

/** A group is of one type at a time; its name stays when it moves from one protocol to another. */
export type Group = ClassicGroup | ConsumerGroup

/** The groups of one shard, by name. */
export class GroupTable {
  readonly #groups = new Map<string, Group>()

  get(groupId: string): Group | undefined {
    return this.#groups.get(groupId)
  }

  /** `undefined` also for a group of another type. */
  classic(groupId: string): ClassicGroup | undefined {
    const group = this.#groups.get(groupId)
    return group?.type === 'classic' ? group : undefined
  }

  /** `undefined` also for a group of another type. */
  consumer(groupId: string): ConsumerGroup | undefined {
    const group = this.#groups.get(groupId)
    return group?.type === 'consumer' ? group : undefined
  }

  values(): IterableIterator<Group> {
    return this.#groups.values()
  }

  set(group: Group): void {
    this.#groups.set(group.groupId, group)
  }

  delete(groupId: string): void {
    this.#groups.delete(groupId)
  }
}
