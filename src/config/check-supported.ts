import { type BrokerKeyName, brokerKeys, isBrokerKey } from './broker-keys.ts'
import { ConfigError, invalidValue } from './config-error.ts'
import { brokerSynonyms } from './dynamic-keys.ts'
import type { ConfigValues, KafkaConfig, Properties } from './kafka-config.ts'
import { defaultValue, parseValue } from './parse-value.ts'

/**
 * Refuses what Kafka can be and Ottla cannot: a node that went on all the same would be something other than its
 * configuration says. Throws `ConfigError`.
 */
export function checkSupported(config: KafkaConfig): void {
  checkClasses(config.values.originals)
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
  checkPlaintext(config.values)
}

/** Refuses listeners that would have to be of another security protocol. Throws `ConfigError`. */
export function checkPlaintext(values: ConfigValues): void {
  for (const { name, securityProtocol } of values.listeners.listeners) {
    if (securityProtocol === 'PLAINTEXT') continue
    throw invalidValue(
      'listeners',
      values.text('listeners') ?? '',
      `${name} is of security protocol ${securityProtocol}, and Ottla speaks PLAINTEXT only`,
    )
  }
}

/**
 * Refuses the classes that decide what clients may do, and that Ottla cannot run: without its authorizer or its policy
 * a node would let happen what it was configured to prevent. Throws `ConfigError`.
 */
export function checkClasses(properties: Properties): void {
  for (const [name, given] of properties) {
    const base = isBrokerKey(name) ? name : brokerSynonyms(name, true).at(-1)!
    if (!isBrokerKey(base) || brokerKeys[base].effect !== 'refused') continue
    const { text } = parseValue(base, brokerKeys[base], given)
    if (text === defaultValue(base, brokerKeys[base]).text) continue
    throw invalidValue(
      name,
      text ?? '',
      `Ottla runs no Java classes, and to go on without it is unsafe: ${guards[base]}`,
    )
  }
}

/** What a node would do without the class. */
const guards: { readonly [Name in BrokerKeyName]?: string } = {
  'authorizer.class.name': 'everybody could do everything',
  'create.topic.policy.class.name': 'topics that the policy forbids could be created',
  'alter.config.policy.class.name': 'configurations that the policy forbids could be set',
  'client.quota.callback.class': 'clients would not be held to their quotas',
  'principal.builder.class': 'clients would not be who the class says they are',
}
