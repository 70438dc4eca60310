import type { Instant } from '../../coordinator/instant.ts'
import { ShardDeadline, type ShardDeadlines } from '../../coordinator/shard-deadlines.ts'
import type { GroupRecord } from '../group-record.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import type { GroupTopics } from '../group-topics.ts'
import type { CompileTopicPattern, TopicPattern } from '../regex/topic-pattern.ts'
import type { ResolvedRegularExpression } from './consumer-group-records.ts'

/** What one turn may match, so that ten thousand topics hold nobody up for long. */
const matchesPerTurnMax = 2000
/** The shard's other work comes between two turns. */
const turnPauseMs = 1

export type ResolvedPatterns = ReadonlyMap<string, ResolvedRegularExpression>
type Resolved = (groupId: string, patterns: ResolvedPatterns, now: Instant) => GroupResult

/**
 * Matches patterns of groups with all topics, apart from the heartbeat that calls for it and in turns. Kafka has
 * threads for it; what comes out is the same: records that are decided when the result is there.
 */
export class PatternRefreshes {
  readonly #deadlines: ShardDeadlines<GroupRecord>
  readonly #compile: CompileTopicPattern
  readonly #resolved: Resolved
  /** At most one per group. */
  readonly #running = new Map<string, ShardDeadline<GroupRecord>>()

  constructor(deadlines: ShardDeadlines<GroupRecord>, compile: CompileTopicPattern, resolved: Resolved) {
    this.#deadlines = deadlines
    this.#compile = compile
    this.#resolved = resolved
  }

  isRunning(groupId: string): boolean {
    return this.#running.has(groupId)
  }

  start(groupId: string, regexes: readonly string[], topics: GroupTopics, now: Instant): void {
    const matching = new PatternMatching(regexes, topics, now.wallMs, this.#compile)
    const deadline = new ShardDeadline<GroupRecord>(reachedAt => {
      if (!matching.proceed()) {
        this.#deadlines.schedule(deadline, reachedAt.monotonicMs + turnPauseMs)
        return nothingWritten
      }
      this.#running.delete(groupId)
      return this.#resolved(groupId, matching.resolved(), reachedAt)
    })
    this.#running.set(groupId, deadline)
    this.#deadlines.schedule(deadline, now.monotonicMs)
  }
}

class PatternMatching {
  readonly #version: number
  readonly #timestampMs: number
  readonly #patterns: TopicPattern[] = []
  readonly #topics = new Map<string, Set<string>>()
  readonly #names: Iterator<string>

  constructor(regexes: readonly string[], topics: GroupTopics, timestampMs: number, compile: CompileTopicPattern) {
    this.#version = topics.version
    this.#timestampMs = timestampMs
    for (const regex of regexes) {
      this.#topics.set(regex, new Set())
      const pattern = compile(regex)
      // Members' patterns were compiled when they came: one that is none can only come from a record.
      if ('matches' in pattern) this.#patterns.push(pattern)
    }
    this.#names = topics.names()[Symbol.iterator]()
  }

  /** Whether everything is matched. */
  proceed(): boolean {
    for (let matches = 0; matches < matchesPerTurnMax; matches += Math.max(1, this.#patterns.length)) {
      const next = this.#names.next()
      if (next.done === true) return true
      for (const pattern of this.#patterns) {
        if (pattern.matches(next.value)) this.#topics.get(pattern.pattern)?.add(next.value)
      }
    }
    return false
  }

  resolved(): ResolvedPatterns {
    const resolved = new Map<string, ResolvedRegularExpression>()
    for (const [regex, topics] of this.#topics) {
      resolved.set(regex, { topics, version: this.#version, timestampMs: this.#timestampMs })
    }
    return resolved
  }
}
