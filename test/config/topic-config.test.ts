import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from '../../src/config/load-config.ts'
import { TopicConfigs } from '../../src/config/topic-config.ts'

function topicConfigs(given: Readonly<Record<string, string>> = {}) {
  const { config } = loadConfig(new Map(Object.entries(given)))
  return { config, configs: new TopicConfigs(() => config.values) }
}

describe("a topic's configuration", () => {
  test('is its overrides over the values of the broker, in the units of the topic key', () => {
    const { configs } = topicConfigs({
      'log.retention.minutes': '5',
      'log.retention.hours': '7',
      'log.roll.hours': '2',
      'message.max.bytes': '5000',
      'log.cleanup.policy': 'compact',
    })
    const config = configs.of(new Map([['max.message.bytes', '6000']]))
    assert.equal(config.retentionMs, 300_000)
    assert.equal(config.segmentMs, 7_200_000)
    assert.equal(config.maxMessageBytes, 6000)
    assert.deepEqual([config.isCompacted, config.isDeleted], [true, false])
  })

  test('keeps for ever with any negative retention of the broker', () => {
    assert.equal(topicConfigs({ 'log.retention.hours': '-3' }).configs.of(undefined).retentionMs, -1)
    assert.equal(topicConfigs({ 'log.retention.ms': '-1' }).configs.of(undefined).retentionMs, -1)
  })

  test('takes the size of segments that tests set before any other', () => {
    const { configs } = topicConfigs()
    assert.equal(configs.of(new Map([['internal.segment.bytes', '100']])).segmentBytes, 100)
    assert.equal(configs.of(undefined).segmentBytes, 1_073_741_824)
  })

  test('is one and the same for all topics without overrides, and stays while its overrides do', () => {
    const { config, configs } = topicConfigs()
    const overrides = new Map([['retention.ms', '1']])
    assert.equal(configs.of(undefined), configs.of(new Map()))
    assert.equal(configs.of(overrides), configs.of(overrides))
    const before = configs.of(overrides)
    config.replaceValues(config.staticValues.withOriginals(new Map([['message.max.bytes', '77']])))
    assert.notEqual(configs.of(overrides), before)
    assert.deepEqual([configs.of(overrides).retentionMs, configs.of(overrides).maxMessageBytes], [1, 77])
  })
})
