import { Fetcher } from '../../src/client/fetcher.ts'
import { committedOffsets } from '../../src/client/groups.ts'
import { KafkaClient } from '../../src/client/kafka-client.ts'
import { listOffsets, OffsetSpec } from '../../src/client/list-offsets.ts'
import { nodePorts } from '../../src/platform/node-ports.ts'

const ports = nodePorts(() => {}, 'FATAL')
const decoder = new TextDecoder()
const text = (bytes: Uint8Array | null) => (bytes === null ? null : decoder.decode(bytes))

/** Asks a node through a client of its own, which is closed afterwards. */
export async function withClient<Answer>(port: number, ask: (client: KafkaClient) => Promise<Answer>): Promise<Answer> {
  const client = new KafkaClient(ports.transport, ports.clock, {
    bootstrapServers: [{ host: 'localhost', port }],
    ...{ clientId: 'test', requestTimeoutMs: 10_000, apiTimeoutMs: 10_000 },
  })
  try {
    return await ask(client)
  } finally {
    await client.close()
  }
}

/** What clients see of a node: each topic's records by partition, as key, value and headers. */
export async function contentsOf(port: number): Promise<Contents> {
  return await withClient(port, contentsSeenBy)
}

export type Contents = Record<string, (string | null)[][][]>

export async function contentsSeenBy(client: KafkaClient): Promise<Contents> {
  const { topics } = await client.metadata(null)
  const contents: Contents = {}
  for (const { name, partitions, isInternal } of topics) {
    if (isInternal) continue
    contents[name!] = []
    for (let partition = 0; partition < partitions.length; partition++) {
      contents[name!]!.push(await recordsIn(client, name!, partition))
    }
  }
  return contents
}

async function recordsIn(client: KafkaClient, topic: string, partition: number): Promise<(string | null)[][]> {
  const query = { topic, partition, timestamp: OffsetSpec.LATEST }
  const end = Number((await listOffsets(client, [query])).get(query))
  const fetcher = new Fetcher(client, ports.compression, {
    ...{ isReadCommitted: false, offsetReset: 'earliest', maxWaitMs: 500 },
    ...{ partitionBytesMax: 1e6, responseBytesMax: 1e6 },
  })
  fetcher.assign([{ topic, partition, offset: 0 }])
  const records: (string | null)[][] = []
  while (fetcher.positions[0]!.offset < end) {
    for (const { key, value, headers } of await fetcher.poll()) {
      records.push([text(key), text(value), ...headers.map(header => `${header.key}=${text(header.value)}`)])
    }
  }
  return records
}

/** What a group has committed, `topic-partition` to offset. */
export async function committedBy(port: number, groupId: string): Promise<Record<string, number>> {
  return await withClient(port, async client => {
    const offsets = await committedOffsets(client, groupId)
    return Object.fromEntries(offsets.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]))
  })
}
