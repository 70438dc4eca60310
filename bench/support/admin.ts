import { CreateTopics } from '../../src/protocol/apis/create-topics.ts'
import { DeleteTopics } from '../../src/protocol/apis/delete-topics.ts'
import { IncrementalAlterConfigs } from '../../src/protocol/apis/incremental-alter-configs.ts'
import { ListOffsets } from '../../src/protocol/apis/list-offsets.ts'
import { decodeResponseFrame, encodeRequestFrame } from '../../src/protocol/frame.ts'
import type { Api } from '../../src/protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape } from '../../src/protocol/schema/field.ts'
import { Exchange } from './exchange.ts'

/** One request on a connection of its own. */
export async function call<Request extends Shape, Response extends Shape>(
  port: number,
  api: Api<Request, Response>,
  version: number,
  request: EncodableOf<Request>,
): Promise<DecodedOf<Response>> {
  const exchange = await Exchange.open(port, Number.POSITIVE_INFINITY)
  const frame = await exchange.send(
    Buffer.concat(encodeRequestFrame(api, version, { correlationId: 1, clientId: 'bench' }, request)),
  )
  exchange.close()
  return api.response.decode(decodeResponseFrame(api, version, frame).body, version)
}

/** Resolves when every partition can be used, with how long the answer took, and how long it was until then. */
export async function createTopic(
  port: number,
  name: string,
  partitions: number,
  configs: Readonly<Record<string, string>> = {},
): Promise<{ answerMs: number; usableMs: number }> {
  const started = performance.now()
  const response = await call(port, CreateTopics, 7, {
    topics: [
      {
        name,
        numPartitions: partitions,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 30_000,
  })
  for (const topic of response.topics) {
    if (topic.errorCode !== 0) throw new Error(`CreateTopics: error ${topic.errorCode}: ${topic.errorMessage}`)
  }
  const answerMs = performance.now() - started
  await leadersKnown(port, name, partitions)
  return { answerMs, usableMs: performance.now() - started }
}

/** Sets one config of a topic. */
export async function alterTopic(port: number, resourceName: string, name: string, value: string): Promise<void> {
  const resource = { resourceType: 2, resourceName, configs: [{ name, configOperation: 0, value }] }
  const request = { resources: [resource], validateOnly: false }
  const { responses } = await call(port, IncrementalAlterConfigs, 1, request)
  if (responses[0]?.errorCode !== 0) throw new Error(`IncrementalAlterConfigs: ${responses[0]?.errorMessage}`)
}

export async function deleteTopic(port: number, name: string): Promise<void> {
  await call(port, DeleteTopics, 5, { topicNames: [name], timeoutMs: 30_000 })
}

/** Kafka answers CreateTopics before each partition has its leader: ask until all answer for themselves. */
export async function leadersKnown(port: number, name: string, partitions: number): Promise<void> {
  const request = {
    replicaId: -1,
    topics: [
      {
        name,
        partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1 })),
      },
    ],
  }
  for (let attempt = 0; attempt < 1000; attempt++) {
    const { topics } = await call(port, ListOffsets, 7, request)
    if (topics.every(topic => topic.partitions.every(({ errorCode }) => errorCode === 0))) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error(`topic ${name} got no leaders`)
}
