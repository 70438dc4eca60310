import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Consumer as PlatformaticConsumer } from '@platformatic/kafka'
import kafkajs, { type Consumer as KafkajsConsumer } from 'kafkajs'
import { java, javac, shortLivedJvmArgs, temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import { type KafkaNode, kafkaClassPath, startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'
import { skipWithout } from '../../support/require.ts'

const properties = { 'offsets.topic.num.partitions': '3', 'group.consumer.assignment.interval.ms': '0' }

const command = 'consumer.group.ConsumerGroupCommand'
const liveGroups = ['classic-live', 'consumer-live'] as const

/** Where the offsets of a group without members may be reset to. */
const scenarios: readonly (readonly string[])[] = [
  ['--to-earliest'],
  ['--to-latest'],
  ['--to-current'],
  ['--to-offset', '3'],
  ['--to-offset', '1000'],
  ['--shift-by', '-2'],
  ['--shift-by', '100'],
  ['--to-datetime', '2001-02-03T04:05:06.007'],
  ['--to-datetime', '2101-02-03T04:05:06.007'],
  ['--by-duration', 'P900D'],
]

const reset = (group: string, ...more: readonly string[]) => ['--reset-offsets', '--group', group, ...more]

type Call = readonly [tool: string, ...args: string[]]

const config = (...args: string[]): Call => ['kafka.admin.ConfigCommand', '--entity-type', 'groups', ...args]
const ofLive = ['--entity-name', 'consumer-live'] as const

/** In this order: later ones see what earlier ones did. */
const calls: readonly Call[] = [
  // Two groups without members, made by setting their offsets.
  [command, ...reset('simple', '--topic', 'orders', '--to-offset', '4', '--execute')],
  [command, ...reset('forgotten', '--topic', 'orders:0,2', '--to-earliest', '--execute')],

  [command, '--list'],
  [command, '--list', '--state'],
  [command, '--list', '--type'],
  [command, '--list', '--state', 'stable'],
  [command, '--list', '--state', 'Empty,Dead'],
  [command, '--list', '--type', 'classic'],
  [command, '--list', '--type', 'consumer'],
  [command, '--list', '--type', 'share'],
  [command, '--list', '--type', 'consumer', '--state', 'stable'],
  ['GroupsCommand', '--list'],
  ['GroupsCommand', '--list', '--consumer'],
  ['GroupsCommand', '--list', '--share'],
  ['GroupsCommand', '--list', '--group-type', 'classic'],
  ['GroupsCommand', '--list', '--group-type', 'consumer', '--protocol', 'consumer'],
  ['GroupsCommand', '--list', '--protocol', 'connect'],

  ...['simple', ...liveGroups, 'unknown'].flatMap(group =>
    [[], ['--offsets', '--verbose'], ['--members', '--verbose'], ['--state']].map(
      (more): Call => [command, '--describe', '--group', group, ...more],
    ),
  ),
  [command, '--describe', '--all-groups'],
  [command, '--describe', '--all-groups', '--state'],

  [command, ...reset('simple', '--topic', 'orders', '--to-earliest', '--dry-run')],
  ...scenarios.map((scenario): Call => [command, ...reset('simple', '--topic', 'orders', ...scenario, '--execute')]),
  [command, ...reset('simple', '--topic', 'orders:1', '--to-offset', '7', '--execute')],
  [command, ...reset('simple', '--all-topics', '--shift-by', '1', '--execute', '--export')],
  [command, ...reset('simple', '--from-file', 'OFFSETS', '--execute')],
  [command, ...reset('simple', '--topic', 'nowhere', '--to-earliest', '--execute')],
  [command, '--reset-offsets', '--all-groups', '--all-topics', '--to-earliest', '--dry-run'],
  [command, ...reset('consumer-live', '--topic', 'orders', '--to-earliest', '--execute')],
  [command, ...reset('classic-live', '--topic', 'orders', '--to-earliest', '--execute')],
  [command, '--describe', '--group', 'simple'],

  [command, '--delete-offsets', '--group', 'simple', '--topic', 'orders:0'],
  [command, '--delete-offsets', '--group', 'simple', '--topic', 'nowhere'],
  ...[...liveGroups, 'unknown'].map(
    (group): Call => [command, '--delete-offsets', '--group', group, '--topic', 'orders'],
  ),
  [command, '--describe', '--group', 'simple'],

  [command, '--delete', '--group', 'forgotten', '--group', 'consumer-live'],
  [command, '--delete', '--group', 'classic-live'],
  [command, '--delete', '--group', 'unknown'],
  [command, '--list'],

  config(...ofLive, '--describe', '--all'),
  config(
    ...[...ofLive, '--alter', '--add-config'],
    'consumer.session.timeout.ms=50000,consumer.heartbeat.interval.ms=6000',
  ),
  config(...ofLive, '--alter', '--add-config', 'consumer.session.timeout.ms=50'),
  config('--describe'),
  config(...ofLive, '--alter', '--delete-config', 'consumer.session.timeout.ms'),
  config(...ofLive, '--describe'),

  ['RemoveMembers', 'unknown'],
  ['RemoveMembers', 'classic-live', 'no-such-instance'],
  ['RemoveMembers', 'simple'],
]

describe("what Kafka's tools print of groups", { skip: skipWithout('java') }, () => {
  const sides: Side[] = []

  before(async () => {
    sides.push(
      ...(await Promise.all([
        Side.start(() => startKafka({ properties })),
        Side.start(() => startOttla({ properties })),
      ])),
    )
  })

  after(() => Promise.all(sides.map(side => side.stop())))

  for (const [index, [tool, ...args]] of calls.entries()) {
    test(`${index + 1} ${tool} ${args.join(' ')}`, async () => {
      const [expected, actual] = await Promise.all(sides.map(side => side.run(tool, args)))
      assert.deepEqual(actual, expected)
    })
  }

  test('all members of a group are removed through Admin, as on Kafka, and have to join again', async () => {
    const [expected, actual] = await Promise.all(sides.map(side => side.run('RemoveMembers', ['classic-live'])))
    assert.deepEqual(actual, expected)
    assert.deepEqual(actual, { code: 0, lines: ['removed'] })
    await Promise.all(sides.map(side => side.settled('classic-live')))
  })
})

/** One broker with its tools, and two groups whose members are there throughout. */
class Side {
  readonly #node: KafkaNode
  readonly #tools: JavaTools
  readonly #home: { readonly path: string; remove(): void }
  readonly #classic: KafkajsConsumer
  readonly #consumer: PlatformaticConsumer

  static async start(startNode: () => Promise<KafkaNode>): Promise<Side> {
    const [node, tools] = await Promise.all([startNode(), JavaTools.start()])
    const side = new Side(node, tools, await temporaryDirectory('group-tools'))
    await side.#fill()
    return side
  }

  private constructor(node: KafkaNode, tools: JavaTools, home: { readonly path: string; remove(): void }) {
    this.#node = node
    this.#tools = tools
    this.#home = home
    const brokers = [node.bootstrapServers]
    const client = new kafkajs.Kafka({ clientId: 'classic', brokers, logLevel: kafkajs.logLevel.NOTHING })
    this.#classic = client.consumer({ groupId: 'classic-live', heartbeatInterval: 100 })
    this.#consumer = new PlatformaticConsumer({
      ...{ clientId: 'consumer', bootstrapBrokers: brokers, groupId: 'consumer-live', groupProtocol: 'consumer' },
    })
  }

  async #fill(): Promise<void> {
    const topic = ['--create', '--topic', 'orders', '--partitions', '3']
    await this.run('TopicCommand', topic)
    const records = Array.from({ length: 60 }, (_, index) => `key ${index}\tvalue ${index}\n`).join('')
    await this.run('ConsoleProducer', ['--topic', 'orders', '--reader-property', 'parse.key=true'], records)
    writeFileSync(join(this.#home.path, 'offsets.csv'), 'orders,0,2\norders,2,5\n')
    await this.#classic.connect()
    await this.#classic.subscribe({ topic: 'orders', fromBeginning: true })
    await this.#classic.run({ autoCommitInterval: 50, eachMessage: async () => {} })
    const stream = await this.#consumer.consume({
      ...{ topics: ['orders'], mode: 'committed', fallbackMode: 'earliest', autocommit: 50 },
    })
    stream.resume()
    for (const group of liveGroups) await this.settled(group)
  }

  /** Until the group has read and committed everything. */
  async settled(group: string): Promise<void> {
    const deadline = Date.now() + 60_000
    for (;;) {
      const { lines } = await this.run(command, ['--describe', '--group', group])
      const lags = lines.filter(line => line.startsWith(`${group} orders`)).map(line => line.split(' ')[5])
      if (lags.length === 3 && lags.every(lag => lag === '0')) return
      assert.ok(Date.now() < deadline, lines.join('\n'))
      await delay(100)
    }
  }

  async run(tool: string, args: readonly string[], input = ''): Promise<{ code: number | null; lines: string[] }> {
    const server = ['--bootstrap-server', this.#node.bootstrapServers]
    const given = args.map(arg => arg.replace('OFFSETS', join(this.#home.path, 'offsets.csv')))
    const { code, stdout, stderr } =
      tool === 'RemoveMembers'
        ? await removeMembers([...server, ...given])
        : await this.#tools.run(tool, [...server, ...given], input)
    return { code, lines: this.#comparable(`${stdout}\n${stderr}`) }
  }

  /** Without what differs from run to run: ports, members' ids, the width of columns, the order of maps. */
  #comparable(output: string): string[] {
    return output
      .replaceAll(this.#node.bootstrapServers, 'BROKER')
      .replaceAll(String(this.#node.port), 'PORT')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
      .replaceAll(this.#home.path, 'HOME')
      .split('\n')
      .map(line => line.trim().replaceAll(/ +/g, ' '))
      .filter(line => line !== '')
      .sort()
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.#classic.disconnect(), this.#consumer.close(true)])
    await Promise.all([this.#tools.stop(), this.#node.stop()])
    this.#home.remove()
  }
}

async function removeMembers(args: readonly string[]) {
  const jars = await kafkaClassPath()
  const classes = await javac([fileURLToPath(new URL('RemoveMembers.java', import.meta.url))], jars)
  return java({ classPath: [classes, ...jars], mainClass: 'RemoveMembers', args, jvmArgs: shortLivedJvmArgs })
}
