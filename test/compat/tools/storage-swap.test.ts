import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import { freePorts, soleNodeProperties, startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'
import { skipWithout } from '../../support/require.ts'
import { runOwnTool } from './run-own-tool.ts'

const clusterId = '4L6g3nShT-eMCtK--X86sw'

describe('a directory formatted with a user, features and a dynamic quorum', { skip: skipWithout('java') }, () => {
  let java: JavaTools

  before(async () => {
    java = await JavaTools.start()
  })

  after(() => java?.stop())

  for (const formatter of ['Ottla', 'Kafka'] as const) {
    test(`by ${formatter}'s tool serves under both, and loses nothing`, async t => {
      const { path: home, remove } = await temporaryDirectory('format')
      t.after(remove)
      const directory = join(home, 'data')
      const ports = await freePorts(2)
      const quorum = {
        'controller.quorum.voters': '',
        'controller.quorum.bootstrap.servers': `localhost:${ports[1]}`,
        // Each start ends with a snapshot of what it has loaded.
        'metadata.log.max.record.bytes.between.snapshots': '1',
      }
      const properties = { ...soleNodeProperties(ports[0] ?? 0, ports[1] ?? 0, directory), ...quorum }
      const config = join(home, 'server.properties')
      const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
      writeFileSync(config, lines.join(''))
      const args = ['format', '-c', config, '-t', clusterId, '--standalone', '-f', 'group.version=0']
      const credential = 'SCRAM-SHA-512=[name=alice,iterations=8192,password=alice-secret]'
      const run = (formatter === 'Ottla' ? runOwnTool : java.run.bind(java)) as typeof runOwnTool
      const tool = formatter === 'Ottla' ? 'kafka-storage' : 'kafka.tools.StorageTool'
      const formatted = await run(tool, [...args, '--add-scram', credential])
      assert.equal(formatted.code, 0, formatted.stderr)

      const check = async (bootstrapServers: string) => {
        const bootstrap = ['--bootstrap-server', bootstrapServers]
        const features = await java.run('FeatureCommand', [...bootstrap, 'describe'])
        assert.match(features.stdout, /kraft\.version.*FinalizedVersionLevel: 1/)
        assert.doesNotMatch(features.stdout, /group\.version.*FinalizedVersionLevel: 1/)
        const quorumStatus = await java.run('MetadataQuorumCommand', [...bootstrap, 'describe', '--status'])
        assert.match(quorumStatus.stdout, /CurrentVoters:.*"directoryId": "[\w-]{22}"/)
      }
      const first = await startOttla({ directory, ports, properties: quorum })
      await check(first.bootstrapServers)
      await first.stop()
      const snapshots = readdirSync(join(directory, '__cluster_metadata-0')).filter(name => /checkpoint$/.test(name))
      assert.ok(snapshots.length > 1, 'Ottla has written a snapshot of its own')
      const kafka = await startKafka({ directory, ports, properties: quorum })
      await check(kafka.bootstrapServers)
      const users = ['--describe', '--entity-type', 'users', '--entity-name', 'alice']
      const described = await java.run('kafka.admin.ConfigCommand', [
        ...['--bootstrap-server', kafka.bootstrapServers],
        ...users,
      ])
      assert.match(described.stdout, /SCRAM-SHA-512=iterations=8192/)
      await kafka.stop()
      const again = await startOttla({ directory, ports, properties: quorum })
      await check(again.bootstrapServers)
      await again.stop()
    })
  }

  test('that Ottla has formatted itself, at its start, serves under Kafka', async t => {
    const { path: home, remove } = await temporaryDirectory('format')
    t.after(remove)
    const directory = join(home, 'data')
    const ports = await freePorts(2)
    const properties = {
      'controller.quorum.voters': '',
      'controller.quorum.bootstrap.servers': `localhost:${ports[1]}`,
    }
    for (const start of [startOttla, startKafka, startOttla]) {
      const node = await start({ directory, ports, properties })
      const args = ['--bootstrap-server', node.bootstrapServers, 'describe', '--status']
      const { stdout } = await java.run('MetadataQuorumCommand', args)
      assert.match(stdout, /CurrentVoters:.*"directoryId": "[\w-]{22}"/)
      await node.stop()
    }
  })
})
