import type { SubscriptionType } from '../assignors/assignor.ts'
import { type ConsumerGroupMember, regexOf } from './consumer-group-member.ts'
import type { ResolvedRegularExpression } from './consumer-group-records.ts'
import { NameCounts } from './name-counts.ts'
import { type SubscriptionCount, SubscriptionCounts } from './subscription-counts.ts'

const noNames: ReadonlySet<string> = new Set()

/** What a group subscribes to, by name and by pattern, counted so that no member need be asked. */
export class Subscriptions {
  readonly topics: SubscriptionCounts
  readonly #regexes: NameCounts
  readonly #resolved: Map<string, ResolvedRegularExpression>

  constructor(
    topics = new SubscriptionCounts(),
    regexes = new NameCounts(),
    resolved: ReadonlyMap<string, ResolvedRegularExpression> = new Map(),
  ) {
    this.topics = topics
    this.#regexes = regexes
    this.#resolved = new Map(resolved)
  }

  get resolved(): ReadonlyMap<string, ResolvedRegularExpression> {
    return this.#resolved
  }

  get regexes(): readonly string[] {
    return this.#regexes.names()
  }

  /** The members that subscribe by this pattern. */
  subscribers(regex: string): number {
    return this.#regexes.of(regex)
  }

  /** By name and by pattern. A pattern that is not resolved yet matches nothing. */
  topicsOf(member: ConsumerGroupMember): ReadonlySet<string> {
    const regex = regexOf(member)
    const matched = regex === null ? noNames : (this.#resolved.get(regex)?.topics ?? noNames)
    const named = member.subscribedTopicNames
    if (matched.size === 0) return named
    return named.size === 0 ? matched : new Set([...named, ...matched])
  }

  replace(old: ConsumerGroupMember | null, member: ConsumerGroupMember | null): void {
    if (old?.subscribedTopicNames !== member?.subscribedTopicNames) {
      this.topics.addNames(old?.subscribedTopicNames ?? noNames, -1)
      this.topics.addNames(member?.subscribedTopicNames ?? noNames, 1)
    }
    this.#regexes.replace(regexesOf(old), regexesOf(member))
  }

  setResolved(regex: string, resolved: ResolvedRegularExpression | null): void {
    const old = this.#resolved.get(regex)
    if (old !== undefined) this.topics.addMatches(old.topics, -1)
    this.#resolved.delete(regex)
    if (resolved === null) return
    this.#resolved.set(regex, resolved)
    this.topics.addMatches(resolved.topics, 1)
  }

  /** As it will be when `old` has become `member`; a pattern that nobody subscribes by any more goes with them. */
  after(old: ConsumerGroupMember, member: ConsumerGroupMember): Subscriptions {
    const after = this.#copy()
    after.replace(old, member)
    after.#dropUnsubscribed(regexOf(old))
    return after
  }

  without(members: Iterable<ConsumerGroupMember>): Subscriptions {
    const after = this.#copy()
    for (const member of members) {
      after.replace(member, null)
      after.#dropUnsubscribed(regexOf(member))
    }
    return after
  }

  /** Kafka's `ConsumerGroup.subscriptionType`. */
  type(memberCount: number): SubscriptionType {
    const [regex] = this.regexes
    if (regex === undefined) return this.#every(({ byName }) => byName === memberCount)
    if (this.subscribers(regex) !== memberCount) return 'heterogeneous'
    return this.#every(({ byName, byRegex }) => byRegex === 1 && byName === 0)
  }

  #every(isShared: (count: SubscriptionCount) => boolean): SubscriptionType {
    for (const count of this.topics.counts()) if (!isShared(count)) return 'heterogeneous'
    return 'homogeneous'
  }

  #copy(): Subscriptions {
    return new Subscriptions(this.topics.copy(), this.#regexes.copy(), this.#resolved)
  }

  #dropUnsubscribed(regex: string | null): void {
    if (regex !== null && this.subscribers(regex) === 0) this.setResolved(regex, null)
  }
}

function regexesOf(member: ConsumerGroupMember | null): readonly string[] {
  const regex = regexOf(member)
  return regex === null ? [] : [regex]
}
