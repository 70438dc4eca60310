import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type KafkaNode, startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'
import { skipWithout } from '../../support/require.ts'
import { differences, show } from './compare.ts'
import { play, playings } from './play.ts'
import { judgedProperties } from './run.ts'
import { controllerScripts } from './sessions/controller.ts'

/** Both list what they serve; Kafka serves more. */
const isOfFewerApis = (pair: string, path: string) =>
  pair.startsWith('ApiVersions-') && path.startsWith('apiKeys.apiKey=')

describe("Ottla's controller answers as Apache Kafka's does", { skip: skipWithout('java') }, () => {
  const nodes: KafkaNode[] = []

  before(async () => {
    nodes.push(...(await Promise.all([startOttla, startKafka].map(start => start({ properties: judgedProperties })))))
  })

  after(() => Promise.all(nodes.map(node => node.stop())))

  for (const playing of playings(controllerScripts)) {
    test(`${playing.api} v${playing.version}: ${playing.session.name}`, async () => {
      const [ottla, kafka] = await Promise.all(nodes.map(node => play(playing, node.controllerPort)))
      const found = differences(ottla ?? [], kafka ?? []).filter(({ pair, path }) => !isOfFewerApis(pair, path))
      assert.deepEqual(found.map(show), [])
    })
  }
})
