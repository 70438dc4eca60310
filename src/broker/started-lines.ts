import type { Loggers } from '../ports.ts'

/**
 * Says that clients are served, in the lines that programs wait for which start a broker and look at what it prints:
 * Testcontainers of every language does, and many scripts do. Whatever they do next has to work, so this comes last.
 */
export function logStarted(loggers: Loggers, nodeId: number): void {
  loggers
    .named('org.apache.kafka.server.BrokerLifecycleManager')
    .info(`[BrokerLifecycleManager id=${nodeId}] The broker has been unfenced. Transitioning from RECOVERY to RUNNING.`)
  // Kafka's own before KRaft: what is waited for where nobody said which of the two it shall be.
  loggers.named('kafka.server.KafkaServer').info(`[KafkaServer id=${nodeId}] started`)
  loggers.named('kafka.server.KafkaRaftServer').info(`[KafkaRaftServer nodeId=${nodeId}] Kafka Server started`)
}
