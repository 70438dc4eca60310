import type { LoadedSeed, LoadedTopic } from './loaded-seed.ts'
import { type Place, type Problem, SeedError } from './seed-error.ts'
import type { SeedConfigEntry } from './seed-shape.ts'

/** Kafka's numbers for what has configurations. */
export const ResourceType = { TOPIC: 2, BROKER: 4, GROUP: 32 } as const

export interface ConfigResource {
  readonly type: number
  /** A broker's id as text; empty for all brokers. */
  readonly name: string
}

/** What the cluster holds of what the seed speaks of. */
export interface SeedState {
  /** How many partitions each topic has; those that are not there are missing. */
  readonly partitionCounts: ReadonlyMap<string, number>
  /** What is set on each resource, by `resourceName`; a value that may not be read is null. */
  readonly configs: ReadonlyMap<string, ReadonlyMap<string, string | null>>
}

/** What has to be done to topics and configurations. */
export interface SeedPlan {
  readonly topicsToCreate: readonly LoadedTopic[]
  readonly topicsToGrow: readonly LoadedTopic[]
  readonly alterations: readonly Alteration[]
}

export interface Alteration {
  readonly resource: ConfigResource
  readonly configs: readonly SeedConfigEntry[]
  readonly place: Place
}

export function resourceName({ type, name }: ConfigResource): string {
  return `${type} ${name}`
}

/** Every resource the seed configures. */
export function configuredResources({ topics, groups, brokers }: LoadedSeed): Alteration[] {
  const all = [
    ...brokers.map(({ id, configs, place }) => ({ type: ResourceType.BROKER, name: `${id ?? ''}`, configs, place })),
    ...topics
      .filter(({ isLeftIfThere }) => !isLeftIfThere)
      .map(({ name, configs, place }) => ({ type: ResourceType.TOPIC, name, configs, place })),
    ...groups.map(({ id, configs, place }) => ({ type: ResourceType.GROUP, name: id, configs, place })),
  ]
  return all
    .filter(({ configs }) => configs.length > 0)
    .map(({ type, name, configs, place }) => ({ resource: { type, name }, configs, place }))
}

/**
 * Topics and configurations are what the seed says after every start; a topic is never made smaller. Planning again
 * after the plan is carried out yields nothing to do.
 */
export function planSeed(seed: LoadedSeed, { partitionCounts, configs }: SeedState): SeedPlan {
  const isThere = ({ name }: { readonly name: string }) => partitionCounts.has(name)
  return {
    topicsToCreate: seed.topics.filter(topic => !isThere(topic)),
    topicsToGrow: seed.topics.filter(
      topic => isThere(topic) && !topic.isLeftIfThere && (topic.partitions ?? 0) > partitionCounts.get(topic.name)!,
    ),
    alterations: configuredResources(seed)
      // A topic is created with its configurations.
      .filter(({ resource }) => resource.type !== ResourceType.TOPIC || isThere(resource))
      .map(({ resource, configs: wanted, place }) => {
        const known = configs.get(resourceName(resource))
        return { resource, place, configs: wanted.filter(({ name, value }) => !isSame(known?.get(name), value)) }
      })
      .filter(({ configs: wanted }) => wanted.length > 0),
  }
}

/** Lists may have been given with blanks between their items. */
function isSame(known: string | null | undefined, wanted: string): boolean {
  return known === wanted || known?.replaceAll(/\s*,\s*/g, ',').trim() === wanted.replaceAll(/\s*,\s*/g, ',').trim()
}

/**
 * Once it is known how many partitions each topic will have: throws a `SeedError` for records and offsets of others.
 */
export function checkPartitions(seed: LoadedSeed, partitionCounts: ReadonlyMap<string, number>): void {
  const problems: Problem[] = []
  const check = (topic: string, partition: number | undefined, place: Place) => {
    const count = partitionCounts.get(topic)
    if (count === undefined) {
      problems.push({ place: { ...place, path: `${place.path}.topic` }, message: `there is no topic '${topic}'` })
    } else if (partition !== undefined && partition >= count) {
      const message = `topic '${topic}' has ${count === 1 ? 'one partition, 0' : `partitions 0 to ${count - 1}`}`
      problems.push({ place: { ...place, path: joined(place.path, 'partition') }, message })
    }
  }
  for (const { name, records } of seed.topics) {
    for (const { partition, place } of records) if (partition !== undefined) check(name, partition, place)
  }
  for (const { offsets } of seed.groups) {
    for (const { topic, partition, place } of offsets) check(topic!, partition, place)
  }
  if (problems.length > 0) throw new SeedError(problems)
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
