import assert from 'node:assert/strict'
import { java, log4jArgs, shortLivedJvmArgs } from '../../support/java.ts'
import { type KafkaNode, kafkaClassPath, startKafka, withClassDataArchive } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'

/** Segments and the cleaner's turns last so little that most of what the tool writes is compacted when it looks. */
const properties = {
  'log.roll.ms': '10',
  'log.cleaner.backoff.ms': '200',
  'log.cleaner.min.cleanable.ratio': '0.01',
  'log.cleaner.dedupe.buffer.size': '4194304',
}

/** Percent of the rows that were gone when the tool had slept. */
export interface Reductions {
  readonly ottla: number
  readonly kafka: number
}

/** `LogCompactionTester` against both; each run's own check of every row must pass. */
export async function measureReductions(messages: number, sleepSeconds: number): Promise<Reductions> {
  // Side by side: half a minute of each run is the tool's wait for nothing more to come.
  const [ottla, kafka] = await Promise.all(
    [startOttla, startKafka].map(async start => await reduction(await start({ properties }), messages, sleepSeconds)),
  )
  return { ottla: ottla!, kafka: kafka! }
}

async function reduction(node: KafkaNode, messages: number, sleepSeconds: number): Promise<number> {
  try {
    const options = {
      'bootstrap-server': node.bootstrapServers,
      messages,
      topics: 2,
      'percent-deletes': 10,
      'compression-type': 'lz4',
      sleep: sleepSeconds,
    }
    const { code, stdout, stderr } = await java({
      classPath: await kafkaClassPath(),
      mainClass: 'org.apache.kafka.tools.LogCompactionTester',
      args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
      jvmArgs: [...(await withClassDataArchive(shortLivedJvmArgs)), ...log4jArgs()],
      timeoutMs: 240_000,
    })
    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout, /Data verification is completed/)
    return Number(/\((-?[\d.]+)% reduction\)/.exec(stdout)?.[1])
  } finally {
    await node.stop()
  }
}
