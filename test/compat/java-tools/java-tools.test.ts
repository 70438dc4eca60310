import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { handlerEntries } from '../../../src/broker/handlers.ts'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import type { KafkaNode } from '../../support/kafka-node.ts'
import { apiKeys } from '../../support/reference-codec.ts'
import { skipWithout } from '../../support/require.ts'
import { isKafkaTheTarget, startTarget } from './target.ts'

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

describe("Kafka's command-line tools", { skip: skipWithout('java') }, () => {
  let node: KafkaNode
  let tools: JavaTools

  before(async () => {
    ;[node, tools] = await Promise.all([startTarget(), JavaTools.start()])
  })

  after(() => Promise.all([tools?.stop(), node?.stop()]))

  /** Runs a tool against the node, which must go well, and yields what it printed. */
  async function printed(tool: string, args: readonly string[], input?: string): Promise<string> {
    const result = await tools.run(tool, ['--bootstrap-server', node.bootstrapServers, ...args], input)
    assert.equal(result.code, 0, `${tool} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
    return result.stdout
  }

  const createTopic = (topic: string, partitions: number, ...more: string[]) =>
    printed('TopicCommand', ['--create', '--topic', topic, '--partitions', String(partitions), ...more])

  const consumerGroup = (...args: string[]) => printed('consumer.group.ConsumerGroupCommand', args)

  /** `ConsoleProducer`, one line per record. */
  const produce = (topic: string, lines: readonly string[], ...more: string[]) =>
    printed('ConsoleProducer', ['--topic', topic, ...more], `${lines.join('\n')}\n`)

  const consume = async (topic: string, count: number, ...more: string[]) => {
    const output = await printed('consumer.ConsoleConsumer', [
      ...['--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '30000'],
      ...more,
    ])
    return output.trimEnd().split('\n')
  }

  test('BrokerApiVersionsCommand finds every API served usable in its latest version', async () => {
    const output = await printed('BrokerApiVersionsCommand', [])
    for (const { key } of handlerEntries) {
      const api = apiKeys.find(one => one.key === key)
      assert.match(output, new RegExp(`\\b${api?.name}\\(${key}\\): (\\d+ to )?${api?.max} \\[usable: ${api?.max}\\]`))
    }
  })

  test('TopicCommand creates, describes, alters, lists and deletes', async () => {
    await createTopic('tools-topic', 3, '--replication-factor', '1', '--config', 'retention.ms=1000000')
    const described = await printed('TopicCommand', ['--describe', '--topic', 'tools-topic'])
    assert.match(described, /PartitionCount: 3\tReplicationFactor: 1\tConfigs: .*retention\.ms=1000000/)
    assert.match(described, /Partition: 2\tLeader: 1\tReplicas: 1\tIsr: 1/)
    await printed('TopicCommand', ['--alter', '--topic', 'tools-topic', '--partitions', '4'])
    assert.match(await printed('TopicCommand', ['--describe', '--topic', 'tools-topic']), /PartitionCount: 4/)
    await printed('TopicCommand', ['--create', '--if-not-exists', '--topic', 'tools-topic'])

    const again = await tools.run('TopicCommand', [
      '--bootstrap-server',
      node.bootstrapServers,
      '--create',
      '--topic',
      'tools-topic',
    ])
    assert.equal(again.code, 1)
    assert.match(again.stdout, /Topic 'tools-topic' already exists\./)

    assert.match(await printed('TopicCommand', ['--list']), /^tools-topic$/m)
    await printed('TopicCommand', ['--delete', '--topic', 'tools-topic'])
    assert.doesNotMatch(await printed('TopicCommand', ['--list']), /^tools-topic$/m)
  })

  test('ConsoleConsumer reads what ConsoleProducer wrote, in every codec, with keys and headers', async () => {
    await createTopic('console', 1)
    for (const codec of codecs) {
      const properties = ['--reader-property', 'parse.key=true', '--reader-property', 'parse.headers=true']
      await produce(
        'console',
        [`h:${codec},i:2\tkey\tvalue of ${codec}`, 'h:\tother\tsecond'],
        '--compression-codec',
        codec,
        ...properties,
      )
    }
    const print = ['key', 'headers', 'partition', 'offset'].flatMap(what => [
      '--formatter-property',
      `print.${what}=true`,
    ])
    const lines = await consume('console', 10, ...print)
    const expected = codecs.flatMap((codec, index) => [
      `Partition:0\tOffset:${2 * index}\th:${codec},i:2\tkey\tvalue of ${codec}`,
      `Partition:0\tOffset:${2 * index + 1}\th:\tother\tsecond`,
    ])
    assert.deepEqual(lines, expected)
  })

  test('ConsoleProducer reaches every level of acks', async () => {
    await createTopic('acks', 1)
    for (const acks of ['0', '1', 'all']) {
      const idempotence = ['--command-property', `enable.idempotence=${acks === 'all'}`]
      await produce('acks', [`acks ${acks}`], '--request-required-acks', acks, ...idempotence)
    }
    assert.deepEqual(await consume('acks', 3), ['acks 0', 'acks 1', 'acks all'])
  })

  test('ConsoleConsumer starts at an offset of a partition', async () => {
    await createTopic('seek', 1)
    await produce('seek', ['zero', 'one', 'two'])
    const output = await printed('consumer.ConsoleConsumer', [
      ...['--topic', 'seek', '--partition', '0', '--offset', '1', '--max-messages', '2', '--timeout-ms', '30000'],
    ])
    assert.equal(output, 'one\ntwo\n')
  })

  test('ConsumerGroupCommand lists, describes, resets, forgets and deletes a group', async () => {
    await createTopic('grouped', 2)
    await produce('grouped', ['a', 'b', 'c'], '--batch-size', '1')
    await consume('grouped', 3, '--group', 'tools-group')

    assert.match(await consumerGroup('--list', '--state'), /^tools-group +Empty/m)
    const described = await consumerGroup('--describe', '--group', 'tools-group')
    assert.equal([...described.matchAll(/^tools-group +grouped +[01] +(\d+) +\1 +0 /gm)].length, 2, described)
    assert.match(
      await consumerGroup('--describe', '--group', 'tools-group', '--state'),
      /localhost:\d+ +\(1\).* Empty +0/,
    )

    const reset = ['--reset-offsets', '--group', 'tools-group', '--topic', 'grouped', '--execute']
    assert.match(await consumerGroup(...reset, '--to-earliest'), /tools-group +grouped +0 +0/)
    const rewound = await consumerGroup('--describe', '--group', 'tools-group')
    const lags = [...rewound.matchAll(/^tools-group +grouped +[01] +0 +(\d+) +\1 /gm)].map(([, lag]) => Number(lag))
    assert.equal(
      lags.reduce((sum, lag) => sum + lag, 0),
      3,
      rewound,
    )
    assert.match(
      await consumerGroup(...reset, '--to-datetime', '2020-01-01T00:00:00.000'),
      /tools-group +grouped +1 +0/,
    )

    assert.match(
      await consumerGroup('--delete-offsets', '--group', 'tools-group', '--topic', 'grouped:0'),
      /grouped +0 +Successful/,
    )
    assert.match(await consumerGroup('--delete', '--group', 'tools-group'), /was successful/)
    assert.doesNotMatch(await consumerGroup('--list'), /tools-group/)
  })

  test('GetOffsetShell finds ends, starts and times', async () => {
    await createTopic('offsets', 1)
    await produce('offsets', ['a', 'b', 'c'])
    const offsets = (time: string) => printed('GetOffsetShell', ['--topic', 'offsets', '--time', time])
    assert.equal(await offsets('latest'), 'offsets:0:3\n')
    assert.equal(await offsets('earliest'), 'offsets:0:0\n')
    assert.match(await offsets('max-timestamp'), /^offsets:0:[012]\n$/)
    assert.equal(await offsets('0'), 'offsets:0:0\n')
  })

  test('DeleteRecordsCommand moves the start of a partition', async () => {
    await createTopic('cut', 2)
    await produce('cut', ['a', 'b', 'c'])
    const home = await temporaryDirectory('delete-records')
    try {
      const file = join(home.path, 'offsets.json')
      const partitions = [0, 1].map(partition => ({ topic: 'cut', partition, offset: -1 }))
      writeFileSync(file, JSON.stringify({ partitions, version: 1 }))
      assert.match(
        await printed('DeleteRecordsCommand', ['--offset-json-file', file]),
        /partition: cut-0\tlow_watermark: \d/,
      )
    } finally {
      home.remove()
    }
    const earliest = await printed('GetOffsetShell', ['--topic', 'cut', '--time', 'earliest'])
    assert.equal(earliest, await printed('GetOffsetShell', ['--topic', 'cut', '--time', 'latest']))
  })

  test('LogDirsCommand shows how large partitions are', async () => {
    await createTopic('sized', 1)
    await produce('sized', ['some bytes'])
    const output = await printed('LogDirsCommand', ['--describe', '--topic-list', 'sized'])
    const { brokers } = JSON.parse(output.slice(output.indexOf('{'))) as {
      brokers: { logDirs: { partitions: { partition: string; size: number }[] }[] }[]
    }
    const [partition] = brokers[0]?.logDirs[0]?.partitions ?? []
    assert.equal(partition?.partition, 'sized-0')
    assert.ok((partition?.size ?? 0) > 61)
  })

  test('kafka.admin.ConfigCommand sets and shows settings of topics, brokers, loggers and groups', async () => {
    await createTopic('configured', 1)
    const config = (...args: string[]) => printed('kafka.admin.ConfigCommand', args)
    const of = (type: string, name: string) => ['--entity-type', type, '--entity-name', name]

    await config(
      ...of('topics', 'configured'),
      '--alter',
      '--add-config',
      'max.message.bytes=2000000,cleanup.policy=[compact,delete]',
    )
    const shown = await config(...of('topics', 'configured'), '--describe')
    assert.match(
      shown,
      /max\.message\.bytes=2000000 .*DYNAMIC_TOPIC_CONFIG:max\.message\.bytes=2000000, DEFAULT_CONFIG:message\.max\.bytes=1048588/,
    )
    assert.match(shown, /cleanup\.policy=compact,delete/)
    await config(...of('topics', 'configured'), '--alter', '--delete-config', 'max.message.bytes')
    assert.doesNotMatch(await config(...of('topics', 'configured'), '--describe'), /max\.message\.bytes/)

    await config(...of('brokers', '1'), '--alter', '--add-config', 'log.cleaner.io.buffer.size=600000')
    assert.match(
      await config(...of('brokers', '1'), '--describe'),
      /DYNAMIC_BROKER_CONFIG:log\.cleaner\.io\.buffer\.size=600000/,
    )
    assert.match(await config(...of('brokers', '1'), '--describe', '--all'), /num\.network\.threads=3/)
    await config('--entity-type', 'brokers', '--entity-default', '--alter', '--add-config', 'log.cleaner.threads=2')
    assert.match(
      await config('--entity-type', 'brokers', '--entity-default', '--describe'),
      /DYNAMIC_DEFAULT_BROKER_CONFIG:log\.cleaner\.threads=2/,
    )

    await config(...of('broker-loggers', '1'), '--alter', '--add-config', 'kafka.server.ReplicaManager=DEBUG')
    assert.match(await config(...of('broker-loggers', '1'), '--describe'), /kafka\.server\.ReplicaManager=DEBUG/)
    await config(...of('groups', 'some-group'), '--alter', '--add-config', 'consumer.session.timeout.ms=50000')
    assert.match(
      await config(...of('groups', 'some-group'), '--describe'),
      /DYNAMIC_GROUP_CONFIG:consumer\.session\.timeout\.ms=50000/,
    )

    const refused = await tools.run('kafka.admin.ConfigCommand', [
      ...[
        '--bootstrap-server',
        node.bootstrapServers,
        ...of('topics', 'configured'),
        '--alter',
        '--add-config',
        'retention.ms=soon',
      ],
    ])
    assert.equal(refused.code, 1)
    assert.match(refused.stdout + refused.stderr, /Invalid value soon for configuration retention\.ms/)
  })

  test('MetadataQuorumCommand, FeatureCommand and ClusterTool describe the cluster', async () => {
    const status = await printed('MetadataQuorumCommand', ['describe', '--status'])
    assert.match(status, new RegExp(`ClusterId: +${node.clusterId}\\nLeaderId: +1\\n`))
    assert.match(status, /MaxFollowerLag: +0\n/)
    assert.match(await printed('MetadataQuorumCommand', ['describe', '--replication']), /^1 .*\tLeader/m)
    assert.match(await printed('FeatureCommand', ['describe']), /metadata\.version.*FinalizedVersionLevel: 4\.3-IV0/)
    const cluster = await tools.run('ClusterTool', ['cluster-id', '--bootstrap-server', node.bootstrapServers])
    assert.equal(cluster.stdout, `Cluster ID: ${node.clusterId}\n`)
  })

  test('GroupsCommand lists groups with their type', async () => {
    await createTopic('typed', 1)
    await produce('typed', ['a'])
    await consume('typed', 1, '--group', 'typed-group')
    assert.match(await printed('GroupsCommand', ['--list']), /^typed-group +Classic +consumer/m)
  })

  test('ConsumerPerformance reads as many records as ProducerPerformance sent', async () => {
    await createTopic('many', 4)
    const sent = await tools.run('ProducerPerformance', [
      ...['--topic', 'many', '--num-records', '20000', '--record-size', '100', '--throughput', '-1'],
      ...['--bootstrap-server', node.bootstrapServers, '--command-property', 'compression.type=lz4'],
    ])
    assert.match(sent.stdout, /^20000 records sent/m, sent.stderr)
    const read = await printed('ConsumerPerformance', [
      '--topic',
      'many',
      '--num-records',
      '20000',
      '--timeout',
      '30000',
    ])
    assert.equal(read.trimEnd().split('\n').at(-1)?.split(', ')[4], '20000', read)
  })

  test('EndToEndLatency gets every record back as it was sent', async () => {
    await createTopic('latency', 1)
    const output = await printed('EndToEndLatency', [
      '--topic',
      'latency',
      '--num-records',
      '200',
      '--producer-acks',
      'all',
      '--record-size',
      '100',
    ])
    assert.match(output, /Avg latency: /)
  })

  for (const protocol of ['classic', 'consumer'] as const) {
    test(`VerifiableProducer and VerifiableConsumer agree on every record, with the ${protocol} protocol`, async () => {
      const topic = `verified-${protocol}`
      const verifiable = async (tool: string, ...args: string[]) => {
        const server = ['--bootstrap-server', node.bootstrapServers, '--topic', topic, '--max-messages', '500']
        const result = await tools.runAlone(tool, [...server, ...args])
        assert.equal(result.code, 0, result.stderr)
        return result.stdout
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line) as Record<string, unknown>)
      }
      const sent = await verifiable('VerifiableProducer', '--acks', '-1')
      const acknowledged = sent.filter(({ name }) => name === 'producer_send_success')
      assert.deepEqual(
        acknowledged.map(({ offset }) => offset),
        Array.from({ length: 500 }, (_, offset) => offset),
      )
      const read = await verifiable(
        'VerifiableConsumer',
        ...['--group-id', topic, '--group-protocol', protocol, '--reset-policy', 'earliest', '--verbose'],
      )
      const values = read.filter(({ name }) => name === 'record_data').map(({ value }) => value)
      assert.deepEqual(
        values,
        acknowledged.map(({ value }) => value),
      )
      assert.ok(read.some(({ name, success }) => name === 'offsets_committed' && success === true))
    })
  }

  test('ClientCompatibilityTest finds what a broker of this version has', async () => {
    const features = {
      'offsets-for-times-supported': true,
      'cluster-id-supported': true,
      'expect-record-too-large-exception': false,
      'create-topics-supported': true,
      // Ottla has no ACLs yet.
      'describe-acls-supported': isKafkaTheTarget,
      'describe-configs-supported': true,
      'idempotent-producer-supported': true,
    }
    const flags = Object.entries(features).flatMap(([name, has]) => [`--${name}`, has ? 'True' : 'False'])
    const output = await printed('ClientCompatibilityTest', [
      '--topic',
      'compatible',
      '--num-cluster-nodes',
      '1',
      ...flags,
    ])
    assert.match(output, /SUCCESS/)
  })
})
