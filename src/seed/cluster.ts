import { throwIfError } from '../client/client-error.ts'
import type { KafkaClient } from '../client/kafka-client.ts'
import { CreatePartitions } from '../protocol/apis/create-partitions.ts'
import { CreateTopics } from '../protocol/apis/create-topics.ts'
import { DeleteTopics } from '../protocol/apis/delete-topics.ts'
import { DescribeConfigs } from '../protocol/apis/describe-configs.ts'
import { IncrementalAlterConfigs } from '../protocol/apis/incremental-alter-configs.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import type { LoadedSeed, LoadedTopic } from './loaded-seed.ts'
import {
  type Alteration,
  type ConfigResource,
  configuredResources,
  ResourceType,
  resourceName,
  type SeedPlan,
  type SeedState,
} from './plan.ts'
import type { Place, Problem } from './seed-error.ts'

const timeoutMs = 30_000

/** `ConfigSource`s of what was set on a resource itself. */
const ownSources: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [ResourceType.TOPIC, new Set([1])],
  [ResourceType.BROKER, new Set([2, 3])],
  [ResourceType.GROUP, new Set([8])],
])

/** What there is of what the seed speaks of. */
export async function seedState(client: KafkaClient, seed: LoadedSeed): Promise<SeedState> {
  const names = new Set([
    ...seed.topics.map(({ name }) => name),
    ...seed.groups.flatMap(({ offsets }) => offsets.map(({ topic }) => topic!)),
  ])
  const partitionCounts = await partitionCountsOf(client, [...names])
  const resources = configuredResources(seed)
    .map(({ resource }) => resource)
    .filter(({ type, name }) => type !== ResourceType.TOPIC || partitionCounts.has(name))
  return { partitionCounts, configs: await configsOf(client, resources) }
}

async function partitionCountsOf(client: KafkaClient, names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map()
  return await client.retrying(async () => {
    const { topics } = await client.metadata(names)
    for (const { errorCode } of topics) if (errorCode !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) throwIfError(errorCode)
    return new Map(
      topics.filter(({ errorCode }) => errorCode === 0).map(({ name, partitions }) => [name!, partitions.length]),
    )
  })
}

/** Resolves once each topic is known with so many partitions at the least: brokers hear of a change a little later. */
export async function awaitPartitions(client: KafkaClient, counts: ReadonlyMap<string, number>): Promise<void> {
  await client.retrying(async () => {
    const known = await partitionCountsOf(client, [...counts.keys()])
    for (const [name, count] of counts) {
      if ((known.get(name) ?? 0) < count) throwIfError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    }
  })
}

async function configsOf(client: KafkaClient, resources: readonly ConfigResource[]) {
  const configs = new Map<string, Map<string, string | null>>()
  for (const [ask, asked] of byBroker(client, resources, resource => resource)) {
    const { results } = await (await ask()).send(DescribeConfigs, {
      resources: asked.map(({ type, name }) => ({ resourceType: type, resourceName: name, configurationKeys: null })),
    })
    for (const { errorCode, errorMessage, resourceType, resourceName: name, configs: described } of results) {
      throwIfError(errorCode, errorMessage)
      const own = described.filter(({ configSource }) => ownSources.get(resourceType)!.has(configSource))
      configs.set(
        resourceName({ type: resourceType, name }),
        new Map(own.map(({ name: key, value, isSensitive }) => [key, isSensitive ? null : value])),
      )
    }
  }
  return configs
}

/** What one broker is configured with that broker is asked; all else any. */
function byBroker<Item>(client: KafkaClient, items: readonly Item[], resourceOf: (item: Item) => ConfigResource) {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const { type, name } = resourceOf(item)
    const broker = type === ResourceType.BROKER ? name : ''
    groups.set(broker, [...(groups.get(broker) ?? []), item])
  }
  return Array.from(
    groups,
    ([broker, ofBroker]) => [() => (broker === '' ? client.any() : client.broker(Number(broker))), ofBroker] as const,
  )
}

/**
 * Carries out a plan, or with `validateOnly` only finds out what the brokers would refuse. Resolves with how many
 * partitions new topics have, and with what was refused.
 */
export async function carryOut(
  client: KafkaClient,
  plan: SeedPlan,
  validateOnly: boolean,
): Promise<{ partitionCounts: Map<string, number>; problems: Problem[] }> {
  const altered = await alterConfigs(client, plan.alterations, validateOnly)
  const created = await createTopics(client, plan.topicsToCreate, validateOnly)
  const grown = await growTopics(client, plan.topicsToGrow, validateOnly)
  return {
    partitionCounts: new Map([...created.partitionCounts, ...plan.topicsToGrow.map(countOf)]),
    problems: [...altered, ...created.problems, ...grown],
  }
}

function countOf({ name, partitions }: LoadedTopic): [string, number] {
  return [name, partitions!]
}

async function createTopics(client: KafkaClient, topics: readonly LoadedTopic[], validateOnly: boolean) {
  const partitionCounts = new Map<string, number>()
  const problems: Problem[] = []
  if (topics.length === 0) return { partitionCounts, problems }
  const response = await client.ask(CreateTopics, {
    topics: topics.map(({ name, partitions, replicationFactor, configs }) => ({
      name,
      numPartitions: partitions ?? -1,
      replicationFactor: replicationFactor ?? -1,
      assignments: [],
      configs: configs.map(config => ({ name: config.name, value: config.value })),
    })),
    timeoutMs,
    validateOnly,
  })
  for (const { name, errorCode, errorMessage, numPartitions } of response.topics) {
    const topic = topics.find(of => of.name === name)!
    // Somebody else was quicker; then it is there, which is what was asked for.
    const isRefused = errorCode !== 0 && errorCode !== ErrorCode.TOPIC_ALREADY_EXISTS
    if (isRefused) problems.push({ place: placeOf(topic, errorMessage), message: reason(errorCode, errorMessage) })
    else partitionCounts.set(name, numPartitions > 0 ? numPartitions : (topic.partitions ?? 1))
  }
  return { partitionCounts, problems }
}

export async function deleteTopic(client: KafkaClient, name: string): Promise<void> {
  // Later versions have another form.
  await client.ask(DeleteTopics, { topicNames: [name], timeoutMs }, 5)
}

async function growTopics(
  client: KafkaClient,
  topics: readonly LoadedTopic[],
  validateOnly: boolean,
): Promise<Problem[]> {
  if (topics.length === 0) return []
  const { results } = await client.ask(CreatePartitions, {
    topics: topics.map(({ name, partitions }) => ({ name, count: partitions!, assignments: null })),
    timeoutMs,
    validateOnly,
  })
  return results
    .filter(({ errorCode }) => errorCode !== 0)
    .map(({ name, errorCode, errorMessage }) => {
      const { place } = topics.find(topic => topic.name === name)!
      return { place: { ...place, path: `${place.path}.partitions` }, message: reason(errorCode, errorMessage) }
    })
}

async function alterConfigs(
  client: KafkaClient,
  alterations: readonly Alteration[],
  validateOnly: boolean,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const [ask, asked] of byBroker(client, alterations, ({ resource }) => resource)) {
    const { responses } = await (await ask()).send(IncrementalAlterConfigs, {
      resources: asked.map(({ resource, configs }) => ({
        resourceType: resource.type,
        resourceName: resource.name,
        configs: configs.map(({ name, value }) => ({ name, configOperation: 0, value })),
      })),
      validateOnly,
    })
    for (const { errorCode, errorMessage, resourceType, resourceName: name } of responses) {
      if (errorCode === 0) continue
      const alteration = asked.find(({ resource }) => resource.type === resourceType && resource.name === name)!
      problems.push({ place: placeOf(alteration, errorMessage), message: reason(errorCode, errorMessage) })
    }
  }
  return problems
}

/** Kafka's messages name the key that is wrong: then it is its line that is told. */
function placeOf({ configs, place }: Pick<Alteration, 'configs' | 'place'>, message: string | null): Place {
  const named = configs.filter(({ name }) => message?.includes(name))
  return named.sort((a, b) => b.name.length - a.name.length)[0]?.place ?? place
}

export function reason(errorCode: number, message: string | null | undefined): string {
  return message ? message : errorName(errorCode)
}
