/** A regular expression over topic names, in RE2's syntax. */
export interface TopicPattern {
  readonly pattern: string
  /** Whether it matches the whole name. */
  matches(topic: string): boolean
}

/** Why a text is no regular expression: re2j's `PatternSyntaxException.getDescription`. */
export interface InvalidTopicPattern {
  readonly description: string
}

/** Takes linear time in pattern and name, whatever the pattern. */
export type CompileTopicPattern = (pattern: string) => TopicPattern | InvalidTopicPattern
