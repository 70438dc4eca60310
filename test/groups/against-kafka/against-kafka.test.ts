import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { startKafka } from '../../support/kafka-node.ts'
import { skipWithout } from '../../support/require.ts'
import { startTestBroker } from '../../support/test-broker.ts'
import { dumpedOffsetsTopic } from './dumped-offsets-topic.ts'
import { prepare, Session } from './session.ts'

const properties = {
  'group.initial.rebalance.delay.ms': '0',
  'offsets.topic.num.partitions': '3',
  'auto.create.topics.enable': 'false',
}

const seeds = Array.from({ length: Number(process.env['OTTLA_GROUP_SESSIONS'] ?? 12) }, (_, index) => index + 1)
const stepsPerSession = 40

test(`groups answer as Kafka 4.3.1 does (${seeds.length} random sessions)`, { skip: skipWithout('java') }, async t => {
  const kafka = await startKafka({ properties })
  t.after(() => kafka.stop())
  const ottla = await startTestBroker(t, properties)
  const [kafkaTopics, ottlaTopics] = await Promise.all([prepare(kafka.port), prepare(ottla.port)])
  for (let first = 0; first < seeds.length; first += 4) {
    const some = seeds.slice(first, first + 4)
    await Promise.all(
      some.map(async seed => {
        const play = (slowness: number) =>
          Promise.all([
            Session.play(kafka.port, seed, stepsPerSession, kafkaTopics, slowness),
            Session.play(ottla.port, seed, stepsPerSession, ottlaTopics, slowness),
          ])
        let [expected, actual] = await play(1)
        // On a busy machine an answer may come late; only one that differs with all the time in the world counts.
        if (!isDeepStrictEqual(actual, expected)) [expected, actual] = await play(8)
        for (const [step, answer] of expected.entries()) assert.deepEqual(actual[step], answer, `session ${seed}`)
      }),
    )
  }
  const stdout = await dumpedOffsetsTopic(ottla.directory)
  assert.match(stdout, /"type":"1","data":\{"group":"group-[\d-]+","topic":"(alpha|beta)","partition":\d\}/)
  assert.match(stdout, /payload: \{"version":"4","data":\{"offset":\d+,"leaderEpoch":/)
  assert.match(
    stdout,
    /"type":"2","data":\{"group":"group-[\d-]+"\}\} payload: \{"version":"3","data":\{"protocolType":"consumer"/,
  )
  assert.doesNotMatch(stdout, /Unknown|isvalid: false|Could not/)
})
