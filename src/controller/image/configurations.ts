/** `ConfigResource.Type` ids, as they stand on the wire and in ConfigRecords. */
export const ConfigResourceType = {
  UNKNOWN: 0,
  TOPIC: 2,
  BROKER: 4,
  BROKER_LOGGER: 8,
  CLIENT_METRICS: 16,
  GROUP: 32,
} as const

export interface ConfigResource {
  readonly type: number
  /** A BROKER resource named '' holds the cluster-wide defaults. */
  readonly name: string
}

export interface ConfigurationsImage {
  /** The overrides of one resource; an empty map where there are none. Values keep the text they were set to. */
  of(type: number, name: string): ReadonlyMap<string, string>
  /** Every resource of a type that has at least one override. */
  namesOf(type: number): IterableIterator<string>
  entries(): IterableIterator<readonly [ConfigResource, ReadonlyMap<string, string>]>
}
