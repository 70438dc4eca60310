import { compileTopicPattern } from '../../groups/regex/compile-topic-pattern.ts'

/**
 * Whether a transactional id is what ListTransactions asks for: the whole of it matches. Without a pattern every id
 * does; `undefined` where the pattern is no regular expression.
 *
 * Kafka compiles it with `java.util.regex`; RE2's syntax is the part of that which cannot be made to run forever.
 */
export function transactionalIdMatcher(pattern: string | null): ((transactionalId: string) => boolean) | undefined {
  if (pattern === null || pattern === '') return () => true
  const compiled = compileTopicPattern(pattern)
  return 'matches' in compiled ? compiled.matches : undefined
}
