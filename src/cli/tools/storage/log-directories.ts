import type { KafkaConfig } from '../../../config/kafka-config.ts'

/** As they are configured, in the order of their paths. */
export function logDirectories(config: KafkaConfig): string[] {
  return [...new Set([...config.logDirs, config.metadataLogDir])].sort()
}
