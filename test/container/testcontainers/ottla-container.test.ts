import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import kafkajs from 'kafkajs'
import { GenericContainer, Network, Wait } from 'testcontainers'
import { OttlaContainer, type Seed } from '../../../src/testcontainers.ts'
import { skipWithout } from '../../support/require.ts'
import { ottlaImage } from '../support/image.ts'
import { consumed, roundTrip, values } from './round-trip.ts'

const run = promisify(execFile)
const { ConfigResourceTypes, Kafka, logLevel } = kafkajs

describe('OttlaContainer', { skip: skipWithout('docker') }, () => {
  it('serves clients on this machine, with the settings of its environment and of its command', async () => {
    const container = new OttlaContainer(await ottlaImage()).withEnvironment({ KAFKA_NUM_PARTITIONS: '3' })
    await using ottla = await container.withCommand(['KAFKA_LOG_RETENTION_MS=123456']).start()
    assert.deepEqual((await roundTrip(ottla.getBootstrapServers())).toSorted(), values)
    const admin = client(ottla.getBootstrapServers()).admin()
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] })
    const topic = { type: ConfigResourceTypes.TOPIC, name: 'orders', configNames: ['retention.ms'] }
    const { resources } = await admin.describeConfigs({ resources: [topic], includeSynonyms: false })
    await admin.disconnect()
    assert.equal(topics[0]?.partitions.length, 3)
    assert.equal(resources[0]?.configEntries[0]?.configValue, '123456')
  })

  it('has the topics it is told to have when it has started', async () => {
    const container = new OttlaContainer(await ottlaImage()).withTopics('orders').withTopics({
      ...{ name: 'customers', partitions: 3, cleanupPolicy: 'compact' },
    })
    await using ottla = await container.start()
    const { output } = await ottla.exec(['kafka-topics', '--bootstrap-server', 'localhost:9092', '--describe'])
    assert.match(output, /Topic: orders\t.*PartitionCount: 1\t/)
    assert.match(output, /Topic: customers\t.*PartitionCount: 3\t.*cleanup\.policy=compact/)
  })

  it('is filled from a seed file and the files of records beside it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ottla-seed-'))
    try {
      await mkdir(join(directory, 'records'))
      await writeFile(join(directory, 'records/orders.ndjson'), values.map(value => `{"value":"${value}"}\n`).join(''))
      const seed = join(directory, 'shop.yaml')
      await writeFile(seed, 'topics: [{ name: orders, records: [{ file: records/orders.ndjson }] }]')
      await using ottla = await new OttlaContainer(await ottlaImage()).withSeed(seed).start()
      const kafka = client(ottla.getBootstrapServers())
      assert.deepEqual(await consumed(kafka, 'readers', 'orders', values.length), values)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('is filled from an object, bytes included', async () => {
    const record = { key: 'first', value: new Uint8Array([0xf0, 0x9f, 0xa6, 0xa6]) }
    const seed = { topics: [{ name: 'birds', records: [record, { value: { name: 'jackdaw' } }] }] }
    await using ottla = await new OttlaContainer(await ottlaImage()).withSeed(seed).start()
    const kafka = client(ottla.getBootstrapServers())
    assert.deepEqual(await consumed(kafka, 'readers', 'birds', 2), ['🦦', '{"name":"jackdaw"}'])
  })

  it('starts nothing where the seed is wrong, and says where', async () => {
    const seed = { topics: [{ name: 'orders', partitions: 0 }] }
    await assert.rejects(new OttlaContainer(await ottlaImage()).withSeed(seed).start(), /topics\[0\]\.partitions/)
  })

  it('is found where it says after a restart, with all that was in it', async () => {
    await using ottla = await new OttlaContainer(await ottlaImage()).start()
    assert.deepEqual(await roundTrip(ottla.getBootstrapServers()), values)
    await ottla.restart()
    assert.deepEqual(await consumed(client(ottla.getBootstrapServers()), 'again', 'orders', values.length), values)
  })

  it('is found again for reuse by its seed, and serves where it says after it had stopped', async () => {
    const image = await ottlaImage()
    const start = (seed: Seed) => new OttlaContainer(image).withSeed(seed).withReuse().start()
    const name = `orders-${process.pid}`
    await using first = await start({ topics: [name] })
    await using other = await start({ topics: [name, 'others'] })
    assert.notEqual(other.getId(), first.getId())
    await (await start({ topics: [name] })).stop({ remove: false })
    const again = await start({ topics: [name] })
    assert.equal(again.getId(), first.getId())
    assert.deepEqual(await roundTrip(again.getBootstrapServers()), values)
  })

  it('serves other containers of a network by its alias, and without one', async () => {
    const image = await ottlaImage()
    await using network = await new Network().start()
    const first = new OttlaContainer(image).withNetwork(network).withNetworkAliases('kafka')
    await using named = await first.start()
    assert.equal(named.getNetworkBootstrapServers(), 'kafka:9092')
    await using unnamed = await new OttlaContainer(image).withNetwork(network).start()
    await using apart = await new OttlaContainer(image).start()
    for (const ottla of [named, unnamed, apart]) {
      await roundTrip(ottla.getBootstrapServers())
      const tool = new GenericContainer(image)
        .withEntrypoint(['/bin/sh', '-c'])
        .withCommand([
          `kafka-console-consumer --bootstrap-server ${ottla.getNetworkBootstrapServers()} --topic orders --from-beginning \
          --max-messages ${values.length} && echo That is all.`,
        ])
        .withWaitStrategy(Wait.forLogMessage('That is all.'))
        .withStartupTimeout(20_000)
      await using _ = await (ottla === apart ? tool : tool.withNetwork(network)).start()
    }
  })

  it('says why it did not start, and leaves no container behind', async () => {
    const name = `ottla-test-${process.pid}-refused`
    const container = new OttlaContainer(await ottlaImage()).withName(name)
    await assert.rejects(
      container.withEnvironment({ KAFKA_NUM_PARTITIONS: 'many' }).start(),
      /^Error: Ottla stopped; its log ends with\n.*\nottla: Invalid value many for configuration num\.partitions/s,
    )
    const { stdout } = await run('docker', ['ps', '--all', '--quiet', '--filter', `name=${name}`])
    assert.equal(stdout, '')
  })

  it('waits for something else where it is told to', async () => {
    const container = new OttlaContainer(await ottlaImage()).withWaitStrategy(
      Wait.forLogMessage(/Kafka Server started/),
    )
    await using ottla = await container.start()
    assert.deepEqual(await roundTrip(ottla.getBootstrapServers()), values)
  })
})

function client(bootstrapServers: string): kafkajs.Kafka {
  return new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING })
}
