import { TopicProducer } from '../../client/producer.ts'
import {
  type CompressionType,
  compressionTypeNames,
  isCompressionType,
} from '../../protocol/records/compression-type.ts'
import { lines } from '../input-lines.ts'
import { keyValues } from '../key-values.ts'
import type { GivenOptions } from '../option-table.ts'
import { counted } from '../progress.ts'
import { type Tool, type ToolEnvironment, ToolError, tool } from '../tool.ts'
import { OptionError, UsageError } from '../usage-error.ts'
import { LineReader } from './console-producer/line-reader.ts'
import { options } from './console-producer/options.ts'

type Given = GivenOptions<keyof typeof options>

export const consoleProducer: Tool = tool({
  options,
  showsOptionsAlways: true,
  examples: [
    ['Every line that is typed becomes a record', '--topic orders'],
    [
      'Lines such as  prague:42  with a key before the colon',
      '--topic orders --reader-property parse.key=true --reader-property key.separator=:',
    ],
  ],
  async run(given, environment) {
    check(given)
    const { terminal } = environment
    for (const warning of deprecations(given)) terminal.print(warning)
    const reader = new LineReader(await readerProperties(given, environment))
    const config = given.text('command-config') ?? given.text('producer.config')
    const client = await environment.connect(given.text('bootstrap-server')!, config, {
      properties: keyValues([...given.texts('command-property'), ...given.texts('producer-property')]),
      requestTimeoutMs: given.integer('request-timeout-ms'),
      apiTimeoutMs: given.integer('max-block-ms'),
    })
    const topic = given.text('topic')!
    const producer = new TopicProducer(client, topic, await producerOptions(given), environment.ports)
    let sentCount = 0
    // Who types sees what was typed.
    if (!terminal.isTyped) environment.progress(() => `${counted(sentCount, 'record')} sent to ${topic}`)
    const prompt = () => (terminal.isInteractive ? terminal.write('>') : undefined)
    prompt()
    for await (const chunk of lines(terminal.input())) {
      const records = chunk.map(line => reader.record(line))
      for (const { record, error } of await producer.send(records)) {
        const key = record.key === null ? 'null' : `${record.key.length} bytes`
        const value = record.value === null ? 'null' : `${record.value.length} bytes`
        const told = `Error when sending message to topic ${topic} with key: ${key}, value: ${value} with error: ${error.message}`
        if (given.has('sync')) throw new ToolError(told, { cause: error })
        terminal.printError(told)
      }
      sentCount += records.length
      prompt()
    }
    return { lines: [] }
  },
})

function check(given: Given): void {
  given.require('topic')
  for (const [newer, older] of [
    ['command-config', 'producer.config'],
    ['command-property', 'producer-property'],
    ['reader-property', 'property'],
  ] as const) {
    if (given.has(newer) && given.has(older)) {
      throw new UsageError(`Options --${newer} and --${older} cannot be specified together.`)
    }
  }
  given.require('bootstrap-server')
  const reader = given.text('line-reader')
  if (reader !== undefined && reader !== 'org.apache.kafka.tools.LineMessageReader') {
    throw new ToolError(`java.lang.ClassNotFoundException: ${reader}: only Kafka's own line reader is built in`)
  }
  // Checked as Kafka's tool does, before anything is read.
  compressionOf(given)
}

function deprecations(given: Given): string[] {
  return (
    [
      ['producer-property', 'command-property'],
      ['producer.config', 'command-config'],
      ['property', 'reader-property'],
    ] as const
  )
    .filter(([older]) => given.has(older))
    .map(
      ([older, newer]) =>
        `Warning: --${older} is deprecated and will be removed in a future version. Use --${newer} instead.`,
    )
}

async function readerProperties(given: Given, environment: ToolEnvironment): Promise<Map<string, string>> {
  const file = given.text('reader-config')
  const fromFile = file === undefined ? new Map<string, string>() : await environment.readProperties(file)
  return new Map([...fromFile, ...keyValues([...given.texts('property'), ...given.texts('reader-property')])])
}

async function producerOptions(given: Given) {
  return {
    acks: acksOf(given.text('request-required-acks') ?? '-1'),
    timeoutMs: given.integer('request-timeout-ms') ?? 1500,
    compressionType: compressionOf(given),
    batchBytesMax: given.integer('batch-size') ?? 16_384,
  }
}

function acksOf(text: string): number {
  if (text === 'all') return -1
  if (!/^(-1|0|1)$/.test(text)) throw new ToolError(`Invalid value ${text} for configuration acks`)
  return Number(text)
}

function compressionOf(given: Given): CompressionType {
  const name = given.has('compression-codec') ? given.text('compression-codec') || 'gzip' : 'none'
  const type = (compressionTypeNames as readonly string[]).indexOf(name)
  if (!isCompressionType(type)) throw new OptionError(`Unknown compression name: ${name}`)
  return type
}
