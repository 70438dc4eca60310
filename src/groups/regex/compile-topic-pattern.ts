import { RE2JS, RE2JSSyntaxException } from 're2js'
import type { CompileTopicPattern } from './topic-pattern.ts'

/** With re2js, the port of the library that Kafka uses; where the two differ, this follows re2j. */
export const compileTopicPattern: CompileTopicPattern = pattern => {
  try {
    const compiled = RE2JS.compile(withoutNeedlessEscapes(pattern))
    return { pattern, matches: topic => compiled.matches(topic) }
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    return { description: descriptions[error.getDescription()] ?? error.getDescription() }
  }
}

const descriptions: Readonly<Record<string, string>> = {
  'unexpected )': 'regexp/syntax: internal error',
}

/** To re2j an escaped character beyond ASCII is that character; re2js refuses the escape. */
function withoutNeedlessEscapes(pattern: string): string {
  return pattern.replace(/\\Q.*?(?:\\E|$)|\\(.)/gs, (escaped, character: string | undefined) =>
    character !== undefined && character > '\x7f' ? character : escaped,
  )
}
