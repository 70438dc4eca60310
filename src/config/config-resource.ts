/** `ConfigResource.Type` by its id on the wire. */
export const ConfigResourceType = {
  TOPIC: 2,
  BROKER: 4,
  BROKER_LOGGER: 8,
  CLIENT_METRICS: 16,
  GROUP: 32,
} as const

export type ConfigResourceType = (typeof ConfigResourceType)[keyof typeof ConfigResourceType]

/** What a config belongs to. The name of a broker's default is empty. */
export interface ConfigResource {
  readonly type: ConfigResourceType
  readonly name: string
}

/** What becomes a ConfigRecord: `value` null takes the key away. */
export interface ConfigChange {
  readonly resource: ConfigResource
  readonly key: string
  readonly value: string | null
}

/** Every dynamic config there is: what the controller's state and the metadata image both can answer. */
export interface DynamicConfigs {
  /** The configs of one resource; undefined or empty where it has none. */
  configsOf(resource: ConfigResource): ReadonlyMap<string, string> | undefined
}
