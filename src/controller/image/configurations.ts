import { BucketMap } from './bucket-map.ts'

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

interface ResourceConfigs {
  readonly resource: ConfigResource
  readonly configs: ReadonlyMap<string, string>
}

const noConfigs: ReadonlyMap<string, string> = new Map()

/** Overrides by resource; a resource without any is not held. */
export class Configurations {
  static readonly empty = new Configurations(BucketMap.empty())
  readonly #byResource: BucketMap<ResourceConfigs>

  private constructor(byResource: BucketMap<ResourceConfigs>) {
    this.#byResource = byResource
  }

  /** The overrides of one resource; an empty map where there are none. Values keep the text they were set to. */
  of(type: number, name: string): ReadonlyMap<string, string> {
    return this.#byResource.get(`${type}:${name}`)?.configs ?? noConfigs
  }

  /** Every resource of a type that has at least one override. */
  *namesOf(type: number): IterableIterator<string> {
    for (const { resource } of this.#byResource.values()) if (resource.type === type) yield resource.name
  }

  *entries(): IterableIterator<readonly [ConfigResource, ReadonlyMap<string, string>]> {
    for (const { resource, configs } of this.#byResource.values()) yield [resource, configs]
  }

  /** Each resource's overrides replaced whole; an empty map drops the resource. */
  with(changes: Iterable<readonly [ConfigResource, ReadonlyMap<string, string>]>): Configurations {
    const byKey = new Map<string, ResourceConfigs | undefined>()
    for (const [resource, configs] of changes) {
      byKey.set(`${resource.type}:${resource.name}`, configs.size === 0 ? undefined : { resource, configs })
    }
    return byKey.size === 0 ? this : new Configurations(this.#byResource.with(byKey))
  }
}
