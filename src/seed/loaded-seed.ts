import type { SeedTimestamp } from './bytes-shape.ts'
import type { Place } from './seed-error.ts'
import type { SeedBrokerSpec, SeedConfigEntry, SeedGroupSpec, SeedHeaderEntry, SeedOffsetSpec } from './seed-shape.ts'

/** A seed that is right in itself, with its files read. Only a broker can find more wrong with it. */
export interface LoadedSeed {
  /** What it is called in the log and in errors. */
  readonly source: string
  readonly topics: readonly LoadedTopic[]
  readonly groups: readonly LoadedGroup[]
  readonly brokers: readonly LoadedBroker[]
  /** The files of records, as the seed names them. */
  readonly files: readonly string[]
}

export interface LoadedTopic {
  readonly name: string
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
  readonly configs: readonly SeedConfigEntry[]
  readonly records: readonly LoadedRecord[]
  /** A topic that exists is left as it is, whatever is said here. */
  readonly isLeftIfThere: boolean
  readonly place: Place
}

export interface LoadedRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly SeedHeaderEntry[]
  readonly partition: number | undefined
  readonly timestamp: SeedTimestamp
  readonly place: Place
}

export interface LoadedGroup {
  readonly id: string
  readonly configs: readonly SeedConfigEntry[]
  readonly offsets: readonly SeedOffsetSpec[]
  readonly place: Place
}

export interface LoadedBroker {
  readonly id: number | undefined
  readonly configs: readonly SeedConfigEntry[]
  readonly place: Place
}

export function loadedGroup({ id, configs, offsets, place }: SeedGroupSpec): LoadedGroup {
  return { id: id!, configs: configs ?? [], offsets: offsets ?? [], place }
}

export function loadedBroker({ id, configs, place }: SeedBrokerSpec): LoadedBroker {
  return { id, configs: configs ?? [], place }
}
