import { parseProperties } from './properties.ts'

/** Variables of the images that are not broker keys (`KafkaDockerWrapper`). */
const notKeys = new Set([
  'KAFKA_VERSION',
  'KAFKA_HEAP_OPTS',
  'KAFKA_LOG4J_OPTS',
  'KAFKA_OPTS',
  'KAFKA_JMX_OPTS',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  'KAFKA_GC_LOG_OPTS',
  'KAFKA_LOG4J_ROOT_LOGLEVEL',
  'KAFKA_LOG4J_LOGGERS',
  'KAFKA_TOOLS_LOG4J_LOGLEVEL',
  'KAFKA_JMX_HOSTNAME',
  // The images write it as a key that no broker knows; the start says once that there is no JMX.
  'KAFKA_JMX_PORT',
  // What the seed is told with.
  'KAFKA_CREATE_TOPICS',
  'KAFKA_CREATE_TOPICS_SEPARATOR',
])

export type Environment = Readonly<Record<string, string | undefined>>

/** How the name of a `KAFKA_…` variable becomes a key, or that it becomes none. */
export type KeyRule = (name: string) => string | undefined

/**
 * Apache Kafka's image: the first `KAFKA_` goes, the rest becomes lower case, `___` a dash, `__` an underscore and `_` a
 * dot: `KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS` → `offsets.topic.num.partitions`.
 */
export const apacheKey: KeyRule = name =>
  notKeys.has(name) ? undefined : withoutPrefix(name).replaceAll('_', '.').replaceAll('...', '-').replaceAll('..', '_')

/** Confluent's images: `__` is a dash there and `___` an underscore, and what begins with `KAFKA_REST_` is not the broker's. */
export const confluentKey: KeyRule = name =>
  notKeys.has(name) || name.startsWith('KAFKA_REST_')
    ? undefined
    : withoutPrefix(name).replaceAll('___', '\0').replaceAll('__', '-').replaceAll('_', '.').replaceAll('\0', '_')

/**
 * Broker keys out of `KAFKA_…` variables. The image writes each as one line of a properties file, so a value's
 * backslashes mean here what they mean there.
 */
export function environmentProperties(environment: Environment): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of environmentLines(environment, apacheKey)) {
    for (const [key, parsed] of parseProperties(line)) properties.set(key, parsed)
  }
  return properties
}

/** The lines that the images write into their `server.properties`. */
export function environmentLines(environment: Environment, keyOf: KeyRule): string[] {
  const lines: string[] = []
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !name.startsWith('KAFKA_')) continue
    const key = keyOf(name)
    if (key !== undefined) lines.push(`${key}=${value}`)
  }
  return lines
}

function withoutPrefix(name: string): string {
  return name.slice('KAFKA_'.length).toLowerCase()
}
