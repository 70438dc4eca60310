import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { OttlaProcess } from '../cli/ottla-process.ts'
import { committedBy, contentsOf } from './cluster-contents.ts'

const anyPort = ['--override', 'listeners=PLAINTEXT://127.0.0.1:0', '--override', 'offsets.topic.num.partitions=1']

async function workplace(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-seed-'))
  const processes: OttlaProcess[] = []
  t.after(async () => {
    for (const process of processes) process.child.kill('SIGKILL')
    await Promise.all(processes.map(process => process.exitCode()))
    await rm(directory, { recursive: true, force: true })
  })
  const run = (commandLine: readonly string[], environment: Record<string, string> = {}) => {
    const started = new OttlaProcess(commandLine, { cwd: directory, environment })
    processes.push(started)
    return started
  }
  return { directory, run }
}

/** What the log says of the seed. */
function said({ output }: OttlaProcess): string[] {
  return Array.from(output.matchAll(/(?:INFO|WARN) (Seed .+) \(ottla\.Seed\)/g), ([, line]) =>
    line!.replace(/in \d+ ms/, 'in … ms'),
  )
}

test('a seed and KAFKA_CREATE_TOPICS fill a node before its port is open, and again after a restart change nothing', async t => {
  const { directory, run } = await workplace(t)
  await mkdir(join(directory, 'seeds'))
  await writeFile(
    join(directory, 'seeds/seed.yaml'),
    `topics:
  - name: orders
    partitions: 2
    records: [{ file: orders.ndjson }]
groups:
  - id: billing
    offsets: [{ topic: orders, offset: latest }]
`,
  )
  await writeFile(
    join(directory, 'seeds/orders.ndjson'),
    '{"key":"a","value":{"id":12345678901234567890}}\n{"key":"b","value":null,"partition":1}\n',
  )
  const environment = { OTTLA_SEED: 'seeds/seed.yaml', KAFKA_CREATE_TOPICS: 'orders:9:1,clicks:2:1:compact' }
  const source = 'Seed seeds/seed.yaml and KAFKA_CREATE_TOPICS'
  const first = run(anyPort, environment)
  const port = await first.startedOnPort()
  assert.deepEqual(said(first), [
    `${source} applied in … ms: 2 topics created, 2 records appended, 2 offsets committed`,
  ])
  assert.ok(first.output.indexOf('(ottla.Seed)') < first.output.indexOf('Kafka Server started'))
  const expected = { clicks: [[], []], orders: [[['a', '{"id":12345678901234567890}']], [['b', null]]] }
  assert.deepEqual(await contentsOf(port), expected)
  assert.deepEqual(await committedBy(port, 'billing'), { 'orders-0': 1, 'orders-1': 1 })
  assert.equal(await first.stop(), 0)
  assert.equal(first.errors, '')

  const second = run(anyPort, environment)
  const again = await second.startedOnPort()
  assert.deepEqual(said(second), [`${source} applied in … ms: nothing was missing`])
  assert.deepEqual(await contentsOf(again), expected)
  assert.equal(await second.stop(), 0)

  const without = run([...anyPort, '--seed', ''], { OTTLA_SEED: 'nowhere.yaml' })
  await without.startedOnPort()
  assert.deepEqual(said(without), [])
  assert.equal(await without.stop(), 0)
})

test('a bad seed stops the start with one line and exit code 1, before a directory or a port is touched', async t => {
  const { directory, run } = await workplace(t)
  await writeFile(join(directory, 'seed.yaml'), 'topics:\n  - name: orders\n    partitions: many\n')
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  t.after(() => taken.close())
  const { port } = taken.address() as { port: number }
  const refused = run(['start', '--seed', 'seed.yaml', '--override', `listeners=PLAINTEXT://127.0.0.1:${port}`])
  assert.equal(await refused.exitCode(), 1)
  assert.equal(
    refused.errors,
    "ottla: seed.yaml:3: topics[0].partitions: must be a whole number between 1 and 2147483647, not 'many'\n",
  )
  assert.deepEqual(await readdir(directory), ['seed.yaml'])

  const topics = run(anyPort, { KAFKA_CREATE_TOPICS: 'fine:1:1,orders:x:1' })
  assert.equal(await topics.exitCode(), 1)
  assert.equal(
    topics.errors,
    "ottla: KAFKA_CREATE_TOPICS: topic 2 ('orders:x:1'): the number of partitions must be a whole number from 1 on, not 'x'\n",
  )
})

test('a node that is killed while it applies its seed has all of it after the next start, once and in order', async t => {
  const { directory, run } = await workplace(t)
  const value = (index: number) => `${index} ${'x'.repeat(1000)}`
  const lines = Array.from({ length: 8000 }, (_, index) =>
    JSON.stringify({ partition: index % 2, value: value(index) }),
  )
  await writeFile(join(directory, 'many.ndjson'), `${lines.join('\n')}\n`)
  await writeFile(
    join(directory, 'seed.yaml'),
    'topics: [{ name: many, partitions: 2, records: [{ file: many.ndjson }] }]\n',
  )
  const commandLine = [...anyPort, '--override', 'log.dirs=data', '--seed', 'seed.yaml']
  const segment = join(directory, 'data/many-1/00000000000000000000.log')
  const killed = run(commandLine)
  // The moment its first records are there; most often, more are to come.
  while ((await sizeOf(segment)) === 0) await setImmediate()
  killed.child.kill('SIGKILL')
  await killed.exitCode()

  const last = run(commandLine)
  const { many } = await contentsOf(await last.startedOnPort())
  for (const partition of [0, 1]) {
    const expected = Array.from({ length: lines.length / 2 }, (_, index) => [null, value(2 * index + partition)])
    assert.deepEqual(many![partition], expected)
  }
  assert.equal(await last.stop(), 0)
})

async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}
