import { ConfigError } from './config-error.ts'
import type { KafkaConfig } from './kafka-config.ts'

/**
 * Refuses what Kafka can be and Ottla cannot: a node that went on all the same would be something other than its
 * configuration says. Throws `ConfigError`.
 */
export function checkSupported(config: KafkaConfig): void {
  const roles = config.get('process.roles')
  if (roles.length !== 2) {
    throw new ConfigError(
      `Invalid value ${roles.join(',')} for configuration process.roles: Ottla is broker and controller in one, ` +
        'expected broker,controller',
    )
  }
  if (!config.isOwnQuorum) {
    const key = config.isSet('controller.quorum.voters')
      ? 'controller.quorum.voters'
      : 'controller.quorum.bootstrap.servers'
    throw new ConfigError(
      `Invalid value ${config.text(key)} for configuration ${key}: Ottla is a cluster of one node, expected this ` +
        `node alone (${config.get('node.id')}@host:port in controller.quorum.voters)`,
    )
  }
  for (const { name, securityProtocol } of config.listeners.brokerListeners) {
    if (securityProtocol === 'PLAINTEXT') continue
    throw new ConfigError(
      `Invalid value ${config.text('listeners')} for configuration listeners: ${name} is of security protocol ` +
        `${securityProtocol}, and Ottla speaks PLAINTEXT only`,
    )
  }
}
