import { ClientError, throwIfError } from '../../client/client-error.ts'
import { DescribeLogDirs } from '../../protocol/apis/describe-log-dirs.ts'
import { clientOptions } from '../client-options.ts'
import { counted } from '../progress.ts'
import { type Tool, ToolError, tool } from '../tool.ts'

const options = {
  ...clientOptions,
  describe: { help: 'Shows what lies in the log directories. Required.' },
  'topic-list': { argument: 'names', help: 'Topics, separated by commas; all where they are not given.' },
  'broker-list': { argument: 'ids', help: 'Brokers, separated by commas; all where they are not given.' },
} as const

export const logDirs: Tool = tool({
  options,
  examples: [
    ['How much the partitions of a topic take on disk', '--describe --topic-list orders'],
    ['Everything on broker 1', '--describe --broker-list 1'],
  ],
  async run(given, environment) {
    given.require('bootstrap-server', 'describe')
    const client = await environment.connect(given.text('bootstrap-server')!, given.text('command-config'))
    const topics = new Set(listed(given.text('topic-list')))
    const asked = listed(given.text('broker-list')).map(parseBrokerId)
    const present = await client.brokerIds()
    const missing = asked.filter(id => !present.includes(id))
    if (missing.length > 0) {
      throw new ToolError(
        `ERROR: The given brokers do not exist from --broker-list: ${missing.join(',')}. Current existent brokers: ${present.join(',')}`,
      )
    }
    const brokers = asked.length === 0 ? present : present.filter(id => asked.includes(id))
    environment.progress(() => `Asking ${counted(brokers.length, 'broker')} for log directories`)
    const described = await Promise.all(
      brokers.map(async broker => {
        const connection = await client.broker(broker)
        const response = await connection.send(DescribeLogDirs, { topics: null })
        throwIfError(response.errorCode)
        return { broker, logDirs: response.results.map(directory => logDirectory(directory, topics)) }
      }),
    )
    const found = { brokers: described, version: 1 }
    return {
      lines: [
        'Querying brokers for log directories information',
        `Received log directory information from brokers ${brokers.join(',')}`,
        JSON.stringify(found),
      ],
      table: {
        columns: ['Broker', 'Log directory', 'Partition', 'Bytes', 'Offset lag'],
        rows: described.flatMap(({ broker, logDirs }) =>
          logDirs.flatMap(({ logDir, partitions }) =>
            partitions.map(({ partition, size, offsetLag }) => [broker, logDir, partition, size, offsetLag]),
          ),
        ),
      },
      data: found,
    }
  },
})

/** In the order of fields, and with the words, that Kafka's tool has. */
function logDirectory(
  directory: {
    readonly errorCode: number
    readonly logDir: string
    readonly topics: readonly {
      readonly name: string
      readonly partitions: readonly {
        readonly partitionIndex: number
        readonly partitionSize: number
        readonly offsetLag: number
        readonly isFutureKey: boolean
      }[]
    }[]
  },
  topics: ReadonlySet<string>,
) {
  return {
    partitions: directory.topics
      .filter(({ name }) => topics.size === 0 || topics.has(name))
      .flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, partitionSize, offsetLag, isFutureKey }) => ({
          partition: `${name}-${partitionIndex}`,
          size: partitionSize,
          offsetLag,
          isFuture: isFutureKey,
        })),
      ),
    error: directory.errorCode === 0 ? null : new ClientError(directory.errorCode).exceptionClass,
    logDir: directory.logDir,
  }
}

function listed(text = ''): string[] {
  return text.split(',').filter(item => item !== '')
}

function parseBrokerId(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ToolError(`For input string: "${text}"`)
  return Number(text)
}
