import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { AlterConfigs } from '../../src/protocol/apis/alter-configs.ts'
import { CreateTopics } from '../../src/protocol/apis/create-topics.ts'
import { DescribeConfigs } from '../../src/protocol/apis/describe-configs.ts'
import { IncrementalAlterConfigs } from '../../src/protocol/apis/incremental-alter-configs.ts'
import { ListConfigResources } from '../../src/protocol/apis/list-config-resources.ts'
import { type KafkaNode, startKafka } from '../support/kafka-node.ts'
import { skipWithout } from '../support/require.ts'
import { ConfigBroker } from './config-broker.ts'
import { exchanges } from './exchanges.ts'
import { staticProperties } from './static-properties.ts'
import { Wire } from './wire.ts'

const apis = { DescribeConfigs, AlterConfigs, IncrementalAlterConfigs, ListConfigResources }

const topics = {
  plain: {},
  tuned: { 'retention.ms': '1000000', 'cleanup.policy': 'compact,delete', 'max.message.bytes': '2000000' },
}

const given = {
  'log.retention.hours': '100',
  'log.roll.ms': '7200000',
  'log.flush.interval.messages': '9223372036854775807',
  'compression.type': 'lz4',
  'group.consumer.session.timeout.ms': '46000',
  'share.coordinator.state.topic.prune.interval.ms': '300000',
  'some.plugin.key': 'x',
}

describe('configurations are described and altered as Kafka 4.3.1 does', { skip: skipWithout('java') }, () => {
  let kafka: KafkaNode
  let wire: Wire
  let ottla: ConfigBroker

  before(async () => {
    kafka = await startKafka({ properties: given })
    wire = await Wire.connect(kafka.port)
    // What Kafka does not show: keys it does not know, and internal ones.
    const hidden = ['some.plugin.key', 'share.coordinator.state.topic.prune.interval.ms'] as const
    const shown = await staticProperties(wire)
    ottla = new ConfigBroker(new Map([...shown, ...hidden.map((key): [string, string] => [key, given[key]])]))
    for (const [name, configs] of Object.entries(topics)) {
      await createTopic(wire, name, configs)
      ottla.createTopic(name, configs)
    }
  })

  after(async () => {
    wire?.close()
    await kafka?.stop()
  })

  for (const [index, { says, api, version, body }] of exchanges.entries()) {
    test(`${index + 1} ${api} v${version}: ${says}`, async () => {
      const actual = comparable(await ottla.send({ api: apis[api].key, version, body }))
      const expected = () => wire.send(apis[api], version, body).then(comparable)
      const isRead = api === 'DescribeConfigs' || api === 'ListConfigResources'
      assert.deepEqual(actual, inOwnWords(says, await (isRead ? settled(actual, expected) : expected())))
    })
  }
})

/** Kafka's broker carries a committed change out some time after the answer to it; Ottla's before. */
async function settled(actual: unknown, ask: () => Promise<unknown>): Promise<unknown> {
  const deadline = Date.now() + 5_000
  for (;;) {
    const expected = await ask()
    if (isDeepStrictEqual(actual, expected) || Date.now() > deadline) return expected
  }
}

/** Messages in which Ottla names key, value and what was expected, and Kafka does not; all else must agree. */
const ownMessages: Readonly<Record<string, string>> = {
  'broker max.connections.per.ip.overrides=localhost':
    "Invalid value localhost for configuration max.connections.per.ip.overrides: 'localhost' is not of the form name:value",
  'all brokers max.connections.per.ip.overrides=localhost':
    "Invalid value localhost for configuration max.connections.per.ip.overrides: 'localhost' is not of the form name:value",
  'broker listeners=PLAINTEXT://localhost':
    'Invalid value PLAINTEXT://localhost for configuration listeners: Unable to parse PLAINTEXT://localhost to a broker endpoint, expected NAME://host:port',
}

function inOwnWords(says: string, response: unknown): unknown {
  const errorMessage = ownMessages[says]
  if (errorMessage === undefined) return response
  const { responses, ...rest } = response as { readonly responses: readonly object[] }
  return { ...rest, responses: responses.map(one => ({ ...one, errorMessage })) }
}

async function createTopic(wire: Wire, name: string, configs: Readonly<Record<string, string>>): Promise<void> {
  const topic = {
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  }
  const body = { topics: [topic], timeoutMs: 30_000, validateOnly: false }
  const response = (await wire.send(CreateTopics, 7, body)) as { topics: readonly { errorCode: number }[] }
  assert.equal(response.topics[0]?.errorCode, 0)
}

/** Documentation is in our own words; the order of resources in a list says nothing. */
function comparable(response: object): unknown {
  const copy = JSON.parse(JSON.stringify(response, (key, value) => (key === 'documentation' ? null : value)))
  copy.configResources?.sort((one: object, other: object) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
  return copy
}
