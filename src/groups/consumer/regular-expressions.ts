import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { GroupRecord } from '../group-record.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import { Refusal } from '../refusal.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { areEqualSets, type ConsumerGroupMember, regexOf } from './consumer-group-member.ts'
import { groupEpochRecord, regularExpressionRecord, regularExpressionTombstone } from './consumer-group-records.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import type { ResolvedPatterns } from './pattern-refresh.ts'
import { metadataRefreshIntervalMs } from './subscription-metadata.ts'

/** A group's patterns are matched again no sooner (Kafka's REGEX_BATCH_REFRESH_MIN_INTERVAL_MS). */
const patternRefreshIntervalMsMin = 10_000

/** What became of a member's pattern; with `changed-and-resolved` the topics it matches are known. */
export type PatternChange = 'unchanged' | 'changed' | 'changed-and-resolved'

const noTopics: ReadonlySet<string> = new Set()

/**
 * Takes note of a member's pattern, and starts matching the group's patterns again where that is due. A pattern that
 * nobody in the group has yet must be one; it does not call for a rebalance until it is resolved.
 */
export function updatePatterns(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  member: ConsumerGroupMember,
  updated: ConsumerGroupMember,
  records: GroupRecord[],
  now: Instant,
): PatternChange | Refusal {
  const { groupId, subscriptions } = group
  const oldRegex = regexOf(member)
  const newRegex = regexOf(updated)
  let change: PatternChange = 'unchanged'
  let isNew = false
  // Kafka compares the fields, where an empty pattern and none are not the same.
  if (member.subscribedTopicRegex !== updated.subscribedTopicRegex) {
    change = 'changed'
    if (oldRegex !== null && subscriptions.subscribers(oldRegex) === 1) {
      records.push(regularExpressionTombstone(groupId, oldRegex))
    }
    if (newRegex !== null && subscriptions.subscribers(newRegex) === 0) {
      const pattern = groups.compileTopicPattern(newRegex)
      if (!('matches' in pattern)) {
        const message = `SubscribedTopicRegex \`${newRegex}\` is not a valid regular expression: ${pattern.description}.`
        return new Refusal(ErrorCode.INVALID_REGULAR_EXPRESSION, message)
      }
      isNew = true
    } else if (newRegex === null ? oldRegex !== null : subscriptions.resolved.has(newRegex)) {
      change = 'changed-and-resolved'
    }
  }
  // The members that subscribe by them will call for it: patterns are of the consumer protocol.
  if (updated.classic !== null) return change
  const regexes = subscriptions.regexes
  if ((isNew || regexes.length > 0) && !groups.refreshes.isRunning(groupId)) {
    const wanted = isNew || oldRegex !== newRegex ? subscriptions.after(member, updated).regexes : regexes
    if (wanted.length > 0 && isRefreshDue(groups, group, wanted, isNew, now)) {
      groups.refreshes.start(groupId, wanted, groups.metadata.topics, now)
    }
  }
  return change
}

/** At most every ten seconds, and then if a pattern is not resolved, a topic is new, or it has been long. */
function isRefreshDue(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  regexes: readonly string[],
  isNew: boolean,
  now: Instant,
): boolean {
  const [last] = group.subscriptions.resolved.values()
  if (last === undefined) return true
  if (now.wallMs <= last.timestampMs + patternRefreshIntervalMsMin) return false
  return (
    isNew ||
    regexes.length !== group.subscriptions.resolved.size ||
    last.version < groups.metadata.newTopicsVersion ||
    now.wallMs > last.timestampMs + groups.config.regexRefreshIntervalMs
  )
}

/** Records what the patterns matched; the group rebalances if that is something else than before. */
export function patternsResolved(
  groups: ConsumerGroups,
  groupId: string,
  patterns: ResolvedPatterns,
  now: Instant,
): GroupResult {
  const group = groups.groups.consumer(groupId)
  if (group === undefined) return nothingWritten
  const records: GroupRecord[] = []
  const topics = group.subscriptions.topics.copy()
  let isChanged = false
  for (const [regex, resolved] of patterns) {
    if (group.subscriptions.subscribers(regex) === 0) continue
    const oldTopics = group.subscriptions.resolved.get(regex)?.topics ?? noTopics
    if (!areEqualSets(oldTopics, resolved.topics)) {
      isChanged = true
      topics.addMatches(oldTopics, -1)
      topics.addMatches(resolved.topics, 1)
    }
    records.push(regularExpressionRecord(groupId, regex, resolved))
  }
  const metadataHash = groups.metadata.hashOf(topics.topics())
  if (isChanged || metadataHash !== group.metadataHash) {
    const groupEpoch = group.groupEpoch + 1
    records.push(groupEpochRecord(groupId, groupEpoch, metadataHash))
    groups.logger.info(`[GroupId ${groupId}] Bumped group epoch to ${groupEpoch} with metadata hash ${metadataHash}.`)
    group.scheduleMetadataRefresh(now.monotonicMs + metadataRefreshIntervalMs, groupEpoch)
  }
  return { records, response: undefined }
}
