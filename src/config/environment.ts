import { parseProperties } from './properties.ts'

/** Variables of the official image that are not broker keys (`KafkaDockerWrapper`). */
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
])

/**
 * Broker keys out of `KAFKA_…` variables, as the official image maps them: the first `KAFKA_` goes, the rest becomes
 * lower case, `___` a dash, `__` an underscore and `_` a dot. The image writes each as one line of a properties file,
 * so a value's backslashes mean there what they mean in the file.
 */
export function environmentProperties(environment: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const properties = new Map<string, string>()
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !name.startsWith('KAFKA_') || notKeys.has(name)) continue
    const line = `${environmentKey(name)}=${value}`
    for (const [key, parsed] of parseProperties(line)) properties.set(key, parsed)
  }
  return properties
}

/** `KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS` → `offsets.topic.num.partitions`. */
function environmentKey(name: string): string {
  return name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.').replaceAll('...', '-').replaceAll('..', '_')
}
