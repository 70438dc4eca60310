import assert from 'node:assert/strict'
import { after as afterAll, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { DescribeConfigs } from '../../src/protocol/apis/describe-configs.ts'
import { IncrementalAlterConfigs } from '../../src/protocol/apis/incremental-alter-configs.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { type KafkaNode, startKafka } from '../support/kafka-node.ts'
import { skipWithout } from '../support/require.ts'
import { ConfigBroker } from './config-broker.ts'
import { type DynamicChange, dynamicChanges, readOnlyChanges } from './dynamic-table.ts'
import { staticProperties } from './static-properties.ts'
import { Wire } from './wire.ts'

const SET = 0
const DELETE = 1

interface Answer {
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** Where the two answer otherwise, and why that stays. `sameCode`: only the words differ. */
const knownDifferences: readonly {
  readonly keys: readonly string[]
  readonly values?: readonly string[]
  readonly sameCode: boolean
  readonly reason: string
}[] = [
  {
    keys: ['listeners', 'listener.security.protocol.map', 'max.connections.per.ip.overrides'],
    sameCode: true,
    reason: 'key, value and what was expected are named, where Kafka tells of its parser',
  },
  { keys: ['log.cleaner.threads'], values: ['0'], sameCode: true, reason: 'Kafka divides by it before it looks' },
  {
    keys: ['principal.builder.class'],
    sameCode: true,
    reason: 'Kafka looks for the class before all else, and Ottla for none',
  },
  {
    keys: ['metric.reporters', 'ssl.engine.factory.class'],
    sameCode: false,
    reason: 'Kafka looks for the class; here what only watches, or is for TLS, is kept with a warning',
  },
]

function isKnown({ key, value }: DynamicChange, ours: Answer, theirs: Answer): boolean {
  return knownDifferences.some(
    ({ keys, values, sameCode }) =>
      keys.includes(key) &&
      (values === undefined || values.includes(value)) &&
      (!sameCode || ours.errorCode === theirs.errorCode),
  )
}

/** Changes of listeners, which go by several keys; `{listeners}` is what the node was started with. */
const listenerChanges: readonly Readonly<Record<string, string>>[] = [
  { listeners: '{listeners},MORE://127.0.0.1:0', 'listener.security.protocol.map': '{map},MORE:PLAINTEXT' },
  { listeners: '{listeners},MORE://no-such-host.invalid:5', 'listener.security.protocol.map': '{map},MORE:PLAINTEXT' },
  { listeners: 'CONTROLLER://localhost:1' },
  { listeners: '{listeners}', 'advertised.listeners': '{listeners}' },
  { 'listener.security.protocol.map': 'PLAINTEXT:SSL,CONTROLLER:PLAINTEXT' },
  {
    listeners: '{listeners},MORE://127.0.0.1:0',
    'listener.security.protocol.map': '{map},MORE:PLAINTEXT',
    'listener.name.plaintext.sasl.enabled.mechanisms': 'PLAIN',
  },
  {
    listeners: '{listeners},MORE://127.0.0.1:0',
    'listener.security.protocol.map': '{map},MORE:PLAINTEXT',
    'listener.name.more.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.plaintext.max.connections': '5',
    'listener.name.plaintext.ssl.keystore.type': 'JKS',
  },
  { 'listener.name.plaintext.max.connections': '0' },
  { 'listener.name.plaintext.max.connections': '5', 'listener.name.plaintext.max.connection.creation.rate': '0' },
  { 'listener.name.plaintext.num.network.threads': '7' },
  { 'listener.name.plaintext.num.network.threads': '6', 'num.network.threads': '7' },
]

function requestFor({ key, value, resourceName }: DynamicChange, configOperation: number, validateOnly: boolean) {
  const configs = [{ name: key, configOperation, value: configOperation === SET ? value : null }]
  return { resources: [{ resourceType: 4, resourceName, configs }], validateOnly }
}

function answerOf(response: object): Answer {
  const { responses } = response as { readonly responses: readonly Answer[] }
  const { errorCode, errorMessage } = responses[0]!
  return { errorCode, errorMessage }
}

describe('a dynamic config', { skip: skipWithout('java') }, () => {
  let kafka: KafkaNode
  let wire: Wire
  let ottla: ConfigBroker
  /** The last value of each key that both take, for the broker or for all of them in turn. */
  const taken = new Map<string, DynamicChange>()

  before(async () => {
    kafka = await startKafka()
    wire = await Wire.connect(kafka.port)
    ottla = new ConfigBroker(await staticProperties(wire))
  })

  afterAll(async () => {
    wire?.close()
    await kafka?.stop()
  })

  async function both(body: object): Promise<{ ours: Answer; theirs: Answer }> {
    const ours = answerOf(await ottla.send({ api: IncrementalAlterConfigs.key, version: 1, body }))
    for (let time = 1; ; time++) {
      const theirs = answerOf(await wire.send(IncrementalAlterConfigs, 1, body))
      // On a busy machine its controller may not answer its broker in time.
      if (theirs.errorCode !== ErrorCode.REQUEST_TIMED_OUT || time === 3) return { ours, theirs }
    }
  }

  test('is taken or refused as Kafka 4.3.1 does it, whatever key, value and level', async () => {
    const differences: string[] = []
    for (const change of [...dynamicChanges(), ...readOnlyChanges()]) {
      const { ours, theirs } = await both(requestFor(change, SET, true))
      const isSame = isDeepStrictEqual(ours, theirs)
      if (!isSame && !isKnown(change, ours, theirs)) differences.push(JSON.stringify({ ...change, ours, theirs }))
      if (isSame && ours.errorCode === 0 && !(taken.size % 2 === 0 && change.resourceName === '')) {
        taken.set(change.key, change)
      }
    }
    assert.equal(differences.join('\n'), '')
  })

  test('of listeners is judged as Kafka 4.3.1 does it', async () => {
    const given = await staticProperties(wire)
    for (const change of listenerChanges) {
      const configs = Object.entries(change).map(([name, text]) => ({
        name,
        configOperation: SET,
        value: text
          .replace('{listeners}', given.get('listeners')!)
          .replace('{map}', given.get('listener.security.protocol.map')!),
      }))
      const body = { resources: [{ resourceType: 4, resourceName: '1', configs }], validateOnly: true }
      const { ours, theirs } = await both(body)
      assert.deepEqual(ours, theirs, JSON.stringify(change))
    }
  })

  test('is shown as Kafka 4.3.1 shows it, once it is set and once it is gone', async () => {
    assert.ok(taken.size > 100, String(taken.size))
    const differences: string[] = []
    for (const change of taken.values()) {
      // With a thread Kafka closes the connections that it served.
      if (change.key.endsWith('num.network.threads')) continue
      const resources = [{ resourceType: 4, resourceName: change.resourceName, configurationKeys: [change.key] }]
      const describeBoth = async (what: string) => {
        const body = { resources, includeSynonyms: true, includeDocumentation: false }
        const ours = await ottla.send({ api: DescribeConfigs.key, version: 4, body })
        // Kafka's broker carries a committed change out some time after the answer to it.
        const deadline = Date.now() + 5000
        for (;;) {
          const theirs = await wire.send(DescribeConfigs, 4, body)
          if (JSON.stringify(ours) === JSON.stringify(theirs)) return
          if (Date.now() > deadline) {
            differences.push(JSON.stringify({ what, change, ours, theirs }))
            return
          }
        }
      }
      for (const [operation, what] of [
        [SET, 'set'],
        [DELETE, 'deleted'],
      ] as const) {
        const { ours, theirs } = await both(requestFor(change, operation, false))
        if (!isDeepStrictEqual(ours, theirs)) differences.push(JSON.stringify({ what, change, ours, theirs }))
        await describeBoth(what)
      }
    }
    assert.equal(differences.join('\n'), '')
  })
})
