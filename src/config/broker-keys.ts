import type { ConfigKey, ConfigValue } from './config-key.ts'
import { addPartitionsToTxnKeys } from './keys/add-partitions-to-txn.ts'
import { cleanerKeys } from './keys/cleaner.ts'
import { delegationTokenKeys } from './keys/delegation-token.ts'
import { groupCoordinatorKeys } from './keys/group-coordinator.ts'
import { kraftKeys } from './keys/kraft.ts'
import { logKeys } from './keys/log.ts'
import { metadataLogKeys } from './keys/metadata-log.ts'
import { metricsKeys } from './keys/metrics.ts'
import { quorumKeys } from './keys/quorum.ts'
import { quotaKeys } from './keys/quota.ts'
import { remoteLogKeys } from './keys/remote-log.ts'
import { replicationKeys } from './keys/replication.ts'
import { saslKeys } from './keys/sasl.ts'
import { serverKeys } from './keys/server.ts'
import { shareCoordinatorKeys } from './keys/share-coordinator.ts'
import { shareGroupKeys } from './keys/share-group.ts'
import { socketServerKeys } from './keys/socket-server.ts'
import { sslKeys } from './keys/ssl.ts'
import { transactionKeys } from './keys/transaction.ts'

/** Every broker key of Kafka 4.3.1, in the order in which `AbstractKafkaConfig` merges its parts. */
export const brokerKeys = {
  ...remoteLogKeys,
  ...serverKeys,
  ...kraftKeys,
  ...metadataLogKeys,
  ...socketServerKeys,
  ...replicationKeys,
  ...groupCoordinatorKeys,
  ...cleanerKeys,
  ...logKeys,
  ...shareGroupKeys,
  ...shareCoordinatorKeys,
  ...transactionKeys,
  ...quorumKeys,
  ...metricsKeys,
  ...quotaKeys,
  ...sslKeys,
  ...saslKeys,
  ...delegationTokenKeys,
  ...addPartitionsToTxnKeys,
} satisfies Record<string, ConfigKey>

export type BrokerKeyName = keyof typeof brokerKeys

export type BrokerConfigValue<Name extends BrokerKeyName> = ConfigValue<(typeof brokerKeys)[Name]>

export function isBrokerKey(name: string): name is BrokerKeyName {
  return Object.hasOwn(brokerKeys, name)
}
