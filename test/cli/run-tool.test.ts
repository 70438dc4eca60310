import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { stripVTControlCharacters, styleText } from 'node:util'
import { runToolHere } from '../../src/cli/run-tool-here.ts'
import type { Paint } from '../../src/cli/terminal.ts'
import { startTestBroker } from '../support/test-broker.ts'
import { TestTerminal } from './test-terminal.ts'

const colourful: Paint = (style, text) => styleText(style, text, { validateStream: false })

async function brokerWithTopics(t: TestContext): Promise<string> {
  const broker = await startTestBroker(t)
  await broker.createTopic('orders', { partitions: 12 })
  await broker.createTopic('invoices')
  return `127.0.0.1:${broker.port}`
}

async function run(terminal: TestTerminal, tool: string, ...commandLine: string[]): Promise<number> {
  return await runToolHere({ tool, commandLine }, terminal)
}

describe('a tool of ottla', () => {
  it('shows a table on a terminal, what Kafka prints elsewhere, and JSON where it is asked for', async t => {
    const server = await brokerWithTopics(t)
    const commandLine = ['--describe', '--exclude-internal', '--bootstrap-server', server]
    const shown = new TestTerminal({ isInteractive: true, paint: colourful })
    assert.equal(await run(shown, 'topics', ...commandLine), 0)
    const [titles, ...rows] = shown.stdout.trimEnd().split('\n')
    assert.equal(titles, colourful('bold', 'Topic') + titles!.slice(colourful('bold', 'Topic').length))
    assert.match(stripVTControlCharacters(titles!), /^Topic +Partition +Leader/)
    assert.equal(rows.length, 13)
    // Numbers end where their title does, so that they can be compared.
    const end = stripVTControlCharacters(titles!).indexOf('Partition') + 'Partition'.length
    for (const row of rows) assert.match(row.slice(0, end), /\S +\d+$/)

    const piped = new TestTerminal()
    const asKafka = new TestTerminal({ isInteractive: true, paint: colourful })
    await run(piped, 'topics', ...commandLine)
    await run(asKafka, 'kafka-topics', ...commandLine)
    assert.match(piped.stdout, /^Topic: invoices\tTopicId: /)
    assert.equal(asKafka.stdout, piped.stdout)

    const json = new TestTerminal({ isInteractive: true, paint: colourful })
    await run(json, 'topics', ...commandLine, '--output', 'json')
    assert.equal((JSON.parse(json.stdout) as unknown[]).length, 2)
  })

  it('means the broker of this machine unless it is told another; one of Kafka wants to be told', async t => {
    const server = await brokerWithTopics(t)
    const environment = { OTTLA_BOOTSTRAP_SERVER: server }
    const own = new TestTerminal({ environment })
    assert.equal(await run(own, 'topics', '--list'), 0)
    assert.equal(own.stdout, 'invoices\norders\n')
    for (const [tool, ...commandLine] of [
      ['cluster', 'cluster-id'],
      ['consume', '--topic', 'orders', '--from-beginning', '--timeout-ms', '1'],
      ['metadata-quorum', 'describe', '--status'],
    ] as const) {
      assert.equal(await run(new TestTerminal({ environment }), tool, ...commandLine), 0, tool)
    }
    const kafkas = new TestTerminal({ environment })
    assert.equal(await run(kafkas, 'kafka-topics', '--list'), 1)
    assert.match(kafkas.stderr, /^--bootstrap-server must be specified/)
    const given = new TestTerminal({ environment: { OTTLA_BOOTSTRAP_SERVER: '127.0.0.1:1' } })
    assert.equal(await run(given, 'topics', '--list', `--bootstrap-server=${server}`), 0)
  })

  it('colours what went wrong, and one of Kafka does not', async () => {
    const commandLine = ['--list', '--bogus']
    const own = new TestTerminal({ paint: colourful })
    const kafkas = new TestTerminal({ paint: colourful })
    assert.equal(await run(own, 'topics', ...commandLine), 1)
    assert.equal(await run(kafkas, 'kafka-topics', ...commandLine), 1)
    assert.ok(own.stderr.startsWith('\u001b[31m'), JSON.stringify(own.stderr))
    assert.equal(stripVTControlCharacters(kafkas.stderr), kafkas.stderr)
    assert.equal(stripVTControlCharacters(own.stderr).split('\n')[0], kafkas.stderr.split('\n')[0])
  })

  it('teaches by examples that work; one of Kafka has the help that Kafka has', async () => {
    const own = new TestTerminal()
    assert.equal(await run(own, 'topics', '--help'), 0)
    assert.match(own.stdout, /Examples:\n {2}# Which topics there are\n {2}ottla topics --list\n/)
    assert.match(own.stdout, /OTTLA_BOOTSTRAP_SERVER/)
    const kafkas = new TestTerminal()
    assert.equal(await run(kafkas, 'kafka-topics', '--help'), 1)
    assert.match(kafkas.stderr, /^.+\.\nOption +Description\n-+ +-+\n--alter +\w/)
    assert.doesNotMatch(kafkas.stderr, /OTTLA_BOOTSTRAP_SERVER|--output|Examples/)
  })

  it('says how far it is while somebody watches, and leaves nothing of that behind', async t => {
    const server = await brokerWithTopics(t)
    const watched = new TestTerminal({ isWatched: true, input: slowly(() => watched.stderr.includes('1 record sent')) })
    assert.equal(await run(watched, 'produce', '--topic', 'orders', '--bootstrap-server', server), 0)
    assert.match(watched.stderr, /1 record sent to orders/)
    assert.ok(watched.stderr.endsWith('\r\u001b[2K'), JSON.stringify(watched.stderr))

    let isOver = false
    setTimeout(() => (isOver = true), 800)
    const kafkas = new TestTerminal({ isWatched: true, input: slowly(() => isOver) })
    await run(kafkas, 'kafka-console-producer', '--topic', 'orders', '--bootstrap-server', server)
    assert.equal(kafkas.stderr, '')
  })
})

/** One line, and the end of the input when it is time. */
async function* slowly(isTime: () => boolean): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a line\n')
  while (!isTime()) await new Promise(resolve => setTimeout(resolve, 10))
}
