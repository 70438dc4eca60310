import { compileTopicPattern } from '../../groups/regex/compile-topic-pattern.ts'

/**
 * Whether a transactional id is what ListTransactions asks for: the whole of it matches. Without a pattern every id
 * does; `undefined` where the pattern is no regular expression.
 * Patterns are RE2's, as in Kafka.
 */
export function transactionalIdMatcher(pattern: string | null): ((transactionalId: string) => boolean) | undefined {
  if (pattern === null || pattern === '') return () => true
  const compiled = compileTopicPattern(pattern)
  return 'matches' in compiled ? compiled.matches : undefined
}
