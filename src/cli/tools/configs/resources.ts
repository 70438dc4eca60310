import type { BrokerConnection } from '../../../client/broker-connection.ts'
import { throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { DescribeConfigs } from '../../../protocol/apis/describe-configs.ts'
import type { ResponseOf } from '../../../protocol/schema/api.ts'

/** Kafka's `ConfigResource.Type`, by the name that `--entity-type` has for it. */
export const resourceTypes: Readonly<Record<string, number>> = {
  topics: 2,
  brokers: 4,
  'broker-loggers': 8,
  'client-metrics': 16,
  groups: 32,
}

/** The name of each of Kafka's `ConfigSource`s, by its code. */
const sourceNames = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'DYNAMIC_CLIENT_METRICS_CONFIG',
  'DYNAMIC_GROUP_CONFIG',
] as const

export function sourceName(code: number): string {
  return sourceNames[code] ?? 'UNKNOWN'
}

export type ConfigEntry = ResponseOf<typeof DescribeConfigs>['results'][number]['configs'][number]

/** Who answers for a resource: each broker for itself, any for the rest. */
export function ownerOf(client: KafkaClient, type: string, name: string): Promise<BrokerConnection> {
  const isOwn = (type === 'brokers' || type === 'broker-loggers') && name !== ''
  return isOwn ? client.broker(Number(name)) : client.any()
}

/** Every key of the resource, in order. */
export async function describeResource(client: KafkaClient, type: string, name: string): Promise<ConfigEntry[]> {
  const owner = await ownerOf(client, type, name)
  const { results } = await owner.send(DescribeConfigs, {
    resources: [{ resourceType: resourceTypes[type]!, resourceName: name, configurationKeys: null }],
    includeSynonyms: true,
  })
  const [result] = results
  throwIfError(result!.errorCode, result!.errorMessage)
  return [...result!.configs].sort((a, b) => (a.name < b.name ? -1 : 1))
}
