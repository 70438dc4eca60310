/** How a tool shows what it found: to a person, to a program, or as Kafka's own tool does. */
export const outputs = ['table', 'json', 'kafka'] as const
export type OutputFormat = (typeof outputs)[number]
