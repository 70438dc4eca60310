import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { Seed } from '../../../src/sim/seed.ts'
import { baseSeed } from '../../sim/base-seed.ts'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import { freePorts, type KafkaNode } from '../../support/kafka-node.ts'
import { RawClient } from '../../support/raw-client.ts'
import { batchOf } from '../../support/records.ts'
import { isRequired, skipWithout } from '../../support/require.ts'
import { Program, startTargetAt, until } from './program.ts'

/** Whoever merely has Java here is not kept waiting for all of it. */
const isWhole = isRequired('java')
const messages = isWhole ? 20_000 : 3_000
const copiers = 3
const batchRecords = 500
/** Each is more transactions, hence more of them that a kill finds open. */
const transactionSize = 100
const copierKills = isWhole ? 4 : 1
const brokerKills = isWhole ? 2 : 1
const restartsMax = 25

/** A copier that is started anew whenever it ends before its work is done. */
class Copier {
  readonly #args: readonly string[]
  #program: Program | undefined
  #restarts = 0
  isDone = false

  constructor(args: readonly string[]) {
    this.#args = args
  }

  async run(): Promise<void> {
    while (!this.isDone) {
      this.#program = await Program.start('org.apache.kafka.tools.TransactionalMessageCopier', this.#args)
      this.isDone = (await this.#program.exited) === 0
      this.#restarts++
      if (this.#restarts > restartsMax) throw new Error(`it ended too often:\n${this.#program.output.slice(-3000)}`)
    }
  }

  get output(): string {
    return this.#program?.output ?? ''
  }

  async kill(): Promise<void> {
    await this.#program?.kill()
  }
}

for (const mode of ['the partition it is given', 'what its group assigns'] as const) {
  describe(`TransactionalMessageCopier, copying ${mode}`, { skip: skipWithout('java') }, () => {
    const isGroup = mode === 'what its group assigns'
    let home: Awaited<ReturnType<typeof temporaryDirectory>>
    let ports: number[]
    let node: KafkaNode
    let tools: JavaTools
    let port = 0

    before(async () => {
      home = await temporaryDirectory('copier')
      ports = await freePorts(2)
      port = ports[0]!
      ;[node, tools] = await Promise.all([start(), JavaTools.start()])
    })

    after(async () => {
      await Promise.all([tools?.stop(), node?.stop()])
      home.remove()
    })

    function start(): Promise<KafkaNode> {
      const properties = { 'offsets.topic.num.partitions': '3', 'transaction.state.log.num.partitions': '3' }
      return startTargetAt({ directory: `${home.path}/data`, ports, properties })
    }

    test(`${messages} messages, once each, whoever is killed meanwhile`, { timeout: 240_000 }, async () => {
      await fill(port)
      const seed = new Seed(baseSeed())
      const running = Array.from({ length: copiers }, (_, index) => {
        const where = isGroup
          ? ['--group-mode', '--use-group-metadata']
          : seed.chance(0.5)
            ? ['--use-group-metadata']
            : []
        return new Copier([
          ...['--broker-list', `localhost:${port}`, '--input-topic', 'input', '--input-partition', `${index}`],
          ...['--output-topic', 'output', '--consumer-group', 'copiers', '--transactional-id', `copier-${index}`],
          ...[
            '--transaction-size',
            `${transactionSize}`,
            '--transaction-timeout',
            '10000',
            '--enable-random-aborts',
            ...where,
          ],
        ])
      })
      const done = Promise.all(running.map(copier => copier.run()))
      done.catch(() => {})
      await disturb(seed, running)
      await done
      const read = await tools.run('consumer.ConsoleConsumer', [
        ...['--bootstrap-server', `localhost:${port}`, '--topic', 'output', '--from-beginning'],
        ...['--isolation-level', 'read_committed', '--timeout-ms', '10000'],
      ])
      const values = read.stdout.trimEnd().split('\n').map(Number)
      const missing = Array.from({ length: messages }, (_, value) => value).filter(value => !new Set(values).has(value))
      assert.deepEqual([values.length, missing.length], [messages, 0], `seed ${seed.value}`)
    })

    /** Kills copiers and the broker while there is work left. */
    async function disturb(seed: Seed, running: readonly Copier[]): Promise<void> {
      const victims = [...Array<string>(copierKills).fill('copier'), ...Array<string>(brokerKills).fill('broker')]
      await until(
        () => `The first transaction\n${running[0]!.output.slice(-3000)}`,
        () => running.some(({ output }) => output.includes('ProcessLoop')),
      )
      while (victims.length > 0 && !running.every(({ isDone }) => isDone)) {
        const [victim] = victims.splice(seed.between(0, victims.length - 1), 1)
        await delay(seed.between(300, 1500))
        if (victim === 'copier') await seed.pick(running).kill()
        else {
          await node.kill()
          node = await start()
        }
      }
    }
  })
}

/** The numbers from 0 on, in turn over the partitions of `input`. */
async function fill(port: number): Promise<void> {
  const client = await RawClient.connect(port, { host: 'localhost' })
  const topics = ['input', 'output'].map(name => ({
    name,
    numPartitions: copiers,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  }))
  const created = await client.send(CreateTopics, 7, { topics, timeoutMs: 10_000 })
  assert.ok(created.topics.every(({ errorCode }) => errorCode === 0))
  for (let from = 0; from < messages; from += batchRecords) {
    const records = batchOf(Array.from({ length: batchRecords }, (_, index) => `${from + index}`))
    const partitionData = [{ index: (from / batchRecords) % copiers, records }]
    const send = () =>
      client.send(Produce, 9, { acks: -1, timeoutMs: 10_000, topicData: [{ name: 'input', partitionData }] })
    await until(
      () => 'Producing',
      async () => (await send()).responses[0]?.partitionResponses[0]?.errorCode === 0,
    )
  }
  await client.close()
}
