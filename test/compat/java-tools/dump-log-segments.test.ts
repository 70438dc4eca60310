import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import { type KafkaNode, startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'
import { skipWithout } from '../../support/require.ts'

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** Uncompressed records are large enough to fill a segment, the smallest of which has 1 MiB. */
const paddings = { none: 6000, gzip: 100, snappy: 1000, lz4: 1000, zstd: 1000 } as const

/** Small, so that a short test rolls segments and writes index entries. */
const logProperties = { 'offsets.topic.num.partitions': '1', 'log.index.interval.bytes': '1024' }

const trouble = /mismatch|not found|invalid|corrupt|exception|error/i

describe('a log directory that Ottla wrote', { skip: skipWithout('java') }, () => {
  let home: { path: string; remove(): void }
  let tools: JavaTools

  before(async () => {
    home = await temporaryDirectory('dumped')
    tools = await JavaTools.start()
    const node = await startOttla({ directory: home.path, properties: logProperties })
    try {
      await fill(node)
    } finally {
      await node.stop()
    }
  })

  after(async () => {
    await tools?.stop()
    home?.remove()
  })

  async function run(node: KafkaNode, tool: string, args: readonly string[], input?: string): Promise<string> {
    const result = await tools.run(tool, ['--bootstrap-server', node.bootstrapServers, ...args], input)
    assert.equal(result.code, 0, `${tool}: ${result.stdout}\n${result.stderr}`)
    return result.stdout
  }

  async function fill(node: KafkaNode): Promise<void> {
    const small = ['--config', 'segment.bytes=1048576']
    await run(node, 'TopicCommand', ['--create', '--topic', 'dumped', '--partitions', '1', ...small])
    for (const codec of codecs) {
      const lines = Array.from(
        { length: 200 },
        (_, index) => `key ${index}\t${codec} ${'x'.repeat(paddings[codec])}`,
      ).join('\n')
      const options = ['--compression-codec', codec, '--reader-property', 'parse.key=true']
      await run(node, 'ConsoleProducer', ['--topic', 'dumped', ...options], `${lines}\n`)
    }
    await run(node, 'consumer.ConsoleConsumer', [
      ...[
        '--topic',
        'dumped',
        '--from-beginning',
        '--group',
        'dumped-group',
        '--max-messages',
        '1000',
        '--timeout-ms',
        '30000',
      ],
    ])
    await run(node, 'kafka.admin.ConfigCommand', [
      ...['--entity-type', 'topics', '--entity-name', 'dumped', '--alter', '--add-config', 'retention.ms=-1'],
    ])
  }

  async function dumped(files: readonly string[], ...options: string[]): Promise<string> {
    const result = await tools.run('DumpLogSegments', ['--files', files.join(','), ...options])
    assert.equal(result.code, 0, result.stderr)
    // The tool expects each file to begin at offset 0, and says so of every later segment.
    assert.equal(result.stderr.replaceAll(/Non-consecutive offsets in .*\n {2}-1 is followed by \d+\n/g, ''), '')
    return result.stdout
  }

  const filesOf = (partition: string, suffix: string) =>
    readdirSync(join(home.path, partition))
      .filter(name => name.endsWith(suffix))
      .sort()
      .map(name => join(home.path, partition, name))

  test('DumpLogSegments reads every record of every segment', async () => {
    const segments = filesOf('dumped-0', '.log')
    assert.ok(segments.length > 1, 'the topic has rolled')
    const output = await dumped(segments, '--deep-iteration', '--print-data-log')
    assert.doesNotMatch(output, trouble)
    for (const codec of codecs) {
      assert.match(output, new RegExp(`compresscodec: ${codec} .* isvalid: true`))
      assert.equal([...output.matchAll(new RegExp(`payload: ${codec} x{${paddings[codec]}}$`, 'gm'))].length, 200)
    }
    const offsets = [...output.matchAll(/^\| offset: (\d+) /gm)].map(([, offset]) => Number(offset))
    assert.deepEqual(
      offsets,
      Array.from({ length: 1000 }, (_, offset) => offset),
    )
  })

  test('its indexes hold what the segments say', async () => {
    for (const suffix of ['.index', '.timeindex']) {
      const files = filesOf('dumped-0', suffix)
      assert.ok(files.length > 1)
      const output = await dumped(files, '--verify-index-only')
      assert.doesNotMatch(output, trouble)
      assert.doesNotMatch(await dumped(files, '--index-sanity-check'), /mismatch|not found/i)
    }
  })

  test('the offsets and the members of groups decode', async () => {
    const output = await dumped(filesOf('__consumer_offsets-0', '.log'), '--offsets-decoder')
    assert.doesNotMatch(output, trouble)
    assert.match(output, /"group":"dumped-group","topic":"dumped","partition":0.*"offset":1000/)
    assert.match(output, /"type":"2","data":\{"group":"dumped-group"\}/)
  })

  test('the metadata log decodes, record by record', async () => {
    const output = await dumped(filesOf('__cluster_metadata-0', '.log'), '--cluster-metadata-decoder')
    assert.doesNotMatch(output, /mismatch|not found|could not|exception/i)
    for (const type of [
      'FEATURE_LEVEL_RECORD',
      'REGISTER_BROKER_RECORD',
      'TOPIC_RECORD',
      'PARTITION_RECORD',
      'CONFIG_RECORD',
      'PRODUCER_IDS_RECORD',
    ]) {
      assert.match(output, new RegExp(`"type":"${type}"`))
    }
    assert.match(output, /LeaderChange/)
    assert.match(
      await dumped([join(home.path, 'bootstrap.checkpoint')], '--cluster-metadata-decoder'),
      /"metadata\.version"/,
    )
  })

  test('real Kafka goes on where Ottla stopped, and Ottla where Kafka did', async () => {
    const count = async (node: KafkaNode) => (await run(node, 'GetOffsetShell', ['--topic', 'dumped'])).trim()
    const group = (node: KafkaNode) =>
      run(node, 'consumer.group.ConsumerGroupCommand', ['--describe', '--group', 'dumped-group'])

    const kafka = await startKafka({ directory: home.path, properties: logProperties })
    try {
      assert.equal(await count(kafka), 'dumped:0:1000')
      assert.match(await group(kafka), /^dumped-group +dumped +0 +1000 +1000 +0 /m)
      assert.match(await run(kafka, 'TopicCommand', ['--describe', '--topic', 'dumped']), /retention\.ms=-1/)
      await run(kafka, 'ConsoleProducer', ['--topic', 'dumped', '--compression-codec', 'zstd'], 'written by Kafka\n')
      await run(kafka, 'TopicCommand', ['--create', '--topic', 'made-by-kafka', '--partitions', '2'])
    } finally {
      await kafka.stop()
    }

    const ottla = await startOttla({ directory: home.path, properties: logProperties })
    try {
      assert.equal(await count(ottla), 'dumped:0:1001')
      assert.match(await group(ottla), /^dumped-group +dumped +0 +1000 +1001 +1 /m)
      const tail = [
        '--topic',
        'dumped',
        '--partition',
        '0',
        '--offset',
        '1000',
        '--max-messages',
        '1',
        '--timeout-ms',
        '30000',
      ]
      assert.equal(await run(ottla, 'consumer.ConsoleConsumer', tail), 'written by Kafka\n')
      assert.match(await run(ottla, 'TopicCommand', ['--describe', '--topic', 'made-by-kafka']), /PartitionCount: 2/)
      await run(ottla, 'ConsoleProducer', ['--topic', 'made-by-kafka'], 'written by Ottla\n')
    } finally {
      await ottla.stop()
    }
  })
})
