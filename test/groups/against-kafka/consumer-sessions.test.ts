import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startKafka } from '../../support/kafka-node.ts'
import { skipWithout } from '../../support/require.ts'
import { startTestBroker } from '../../support/test-broker.ts'
import { prepareTopic, RandomConsumerSession } from './consumer-session.ts'

const properties = {
  'group.consumer.assignment.interval.ms': '0',
  'offsets.topic.num.partitions': '3',
  'auto.create.topics.enable': 'false',
}

const sessionCount = Number(process.env['OTTLA_GROUP_SESSIONS'] ?? 20)
const firstSeed = Number(process.env['OTTLA_TEST_SEED'] ?? 1)
const stepsPerSession = 60
const atOnce = 4

test(`consumer groups answer as Kafka 4.3.1 does (${sessionCount} random sessions)`, {
  skip: skipWithout('java'),
}, async t => {
  const kafka = await startKafka({ properties })
  t.after(() => kafka.stop())
  const ottla = await startTestBroker(t, properties)
  const brokers = await Promise.all(
    [kafka.port, ottla.port].map(async port => [port, await prepareTopic(port)] as const),
  )
  const seeds = Array.from({ length: sessionCount }, (_, index) => firstSeed + index)
  const worker = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const difference = await RandomConsumerSession.play(seed, stepsPerSession, brokers)
      if (difference === undefined) continue
      const [expected, actual, transcript] = difference
      assert.deepEqual(
        actual,
        expected,
        `session ${seed}, after\n${transcript.slice(-Number(process.env['OTTLA_TRANSCRIPT'] ?? 8)).join('\n')}`,
      )
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
})
