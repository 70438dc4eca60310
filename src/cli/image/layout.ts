import { apacheKey, confluentKey, type KeyRule } from '../../config/environment.ts'

/** Where an image of Kafka's has its files, and what it makes of the environment. */
export interface ImageLayout {
  readonly name: 'kafka' | 'confluent'
  readonly keyOf: KeyRule
  /** What somebody may have mounted; the environment comes after it. */
  readonly mountedFile: string | undefined
  /** What counts where neither the environment nor a mounted file says anything; Confluent's images have none. */
  readonly defaultFile: string | undefined
  /** Where records are stored when nothing says where. */
  readonly logDirs: string
  /** Variables that end the start, with what the image says then. */
  readonly refused: ReadonlyMap<string, string>
}

const useAdvertisedListeners = 'is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.'

export const imageLayouts: readonly ImageLayout[] = [
  {
    name: 'kafka',
    keyOf: apacheKey,
    mountedFile: '/mnt/shared/config/server.properties',
    defaultFile: '/etc/kafka/docker/server.properties',
    logDirs: '/tmp/kafka-logs',
    refused: new Map(),
  },
  {
    name: 'confluent',
    keyOf: confluentKey,
    mountedFile: undefined,
    defaultFile: undefined,
    logDirs: '/var/lib/kafka/data',
    refused: new Map([
      ['KAFKA_ADVERTISED_PORT', `advertised.port ${useAdvertisedListeners}`],
      ['KAFKA_ADVERTISED_HOST', `advertised.host ${useAdvertisedListeners}`],
      ['KAFKA_HOST', `host ${useAdvertisedListeners}`],
      ['KAFKA_PORT', `port ${useAdvertisedListeners}`],
    ]),
  },
]

export const secretsDirectory = '/etc/kafka/secrets'
