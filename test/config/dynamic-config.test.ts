import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DynamicConfig } from '../../src/config/dynamic-config.ts'
import { hashMapOrder } from '../../src/config/java-order.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { IncrementalAlterConfigs } from '../../src/protocol/apis/incremental-alter-configs.ts'
import { ConfigBroker } from './config-broker.ts'

function dynamicConfig(given: Readonly<Record<string, string>> = {}) {
  const { config } = loadConfig(new Map(Object.entries(given)))
  return { config, dynamic: new DynamicConfig(config) }
}

describe('dynamic configs', () => {
  test("of one broker are stronger than those of all, and those than the file's", () => {
    const { config, dynamic } = dynamicConfig({ 'message.max.bytes': '1' })
    dynamic.update('defaults', new Map([['message.max.bytes', '2']]))
    assert.equal(config.get('message.max.bytes'), 2)
    dynamic.update('broker', new Map([['message.max.bytes', '3']]))
    assert.equal(config.get('message.max.bytes'), 3)
    dynamic.update('defaults', new Map())
    assert.equal(config.get('message.max.bytes'), 3)
    dynamic.update('broker', new Map())
    assert.equal(config.get('message.max.bytes'), 1)
  })

  test('take the place of every synonym in a weaker layer', () => {
    const { config, dynamic } = dynamicConfig({ 'log.retention.ms': '1000', 'log.roll.hours': '1' })
    dynamic.update('defaults', new Map([['log.roll.ms', '5']]))
    assert.equal(config.isSet('log.roll.hours'), false)
    assert.equal(config.get('log.roll.ms'), 5)
  })

  test('tell who acts on them, with what was and what is', () => {
    const { dynamic } = dynamicConfig()
    const told: [number, number][] = []
    dynamic.onChange((before, after) => told.push([before.get('max.connections'), after.get('max.connections')]))
    dynamic.update('broker', new Map([['max.connections', '10']]))
    dynamic.update('broker', new Map([['max.connections', '20']]))
    assert.deepEqual(told, [
      [2_147_483_647, 10],
      [10, 20],
    ])
  })

  test('that a broker cannot use are left out and named, so that what an earlier release stored stops nobody', () => {
    const { config, dynamic } = dynamicConfig()
    const stored = new Map([
      ['message.max.bytes', 'large'],
      ['node.id', '9'],
      ['ssl.keystore.location', '/k'],
      ['max.connections', '5'],
    ])
    assert.deepEqual(dynamic.update('broker', stored), [
      'Dynamic broker configs contain invalid values and will be ignored: [message.max.bytes]',
      'Non-dynamic configs will be ignored: [node.id]',
      'Security configs need a listener prefix; base configs will be ignored: [ssl.keystore.location]',
    ])
    assert.deepEqual([config.get('max.connections'), config.get('node.id')], [5, 1])
  })

  test('that contradict the others change nothing', () => {
    const { config, dynamic } = dynamicConfig()
    const faults = dynamic.update('broker', new Map([['max.connections.per.ip', '0']]))
    assert.equal(faults.length, 1)
    assert.match(faults[0]!, /max\.connections\.per\.ip can be set to zero only if/)
    assert.equal(config.get('max.connections.per.ip'), 2_147_483_647)
  })

  test('that have no effect are named once each, as at a start', async () => {
    const broker = new ConfigBroker(new Map())
    const set = (configs: Readonly<Record<string, string>>) =>
      broker.send({
        api: IncrementalAlterConfigs.key,
        version: 1,
        body: {
          resources: [
            {
              resourceType: 4,
              resourceName: '1',
              configs: Object.entries(configs).map(([name, value]) => ({ name, configOperation: 0, value })),
            },
          ],
          validateOnly: false,
        },
      })
    await set({
      'message.max.bytes': '5',
      'some.key': 'x',
      'num.network.threads': '4',
      'leader.replication.throttled.rate': '9',
    })
    await set({
      'num.network.threads': '5',
      listeners: 'PLAINTEXT://localhost:9092,MORE://localhost:9095',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,MORE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    })
    assert.deepEqual(broker.warnings, [
      "Configuration 'some.key' is not known.",
      "Configuration 'num.network.threads' has no effect: it counts threads of the JVM, and Ottla has one event loop.",
      "Configuration 'leader.replication.throttled.rate' has no effect: it is about other brokers and controllers, and Ottla is a cluster of one node.",
    ])
  })

  test('of a group interval are held to bounds that have become narrower', () => {
    const { config, dynamic } = dynamicConfig({ 'group.consumer.max.assignment.interval.ms': '2000' })
    dynamic.update('defaults', new Map([['group.consumer.assignment.interval.ms', '9000']]))
    assert.equal(config.get('group.consumer.assignment.interval.ms'), 2000)
  })
})

test('keys come in the order of a Java hash map', () => {
  const inserted = ['retention.ms', 'cleanup.policy', 'segment.bytes', 'flush.ms', 'BB', 'Aa']
  // What Java prints; the last two have one hash code, and stand as they came.
  assert.deepEqual(hashMapOrder(inserted), ['BB', 'Aa', 'cleanup.policy', 'flush.ms', 'retention.ms', 'segment.bytes'])
})
