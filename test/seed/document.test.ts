import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { startBroker } from '../../src/index.ts'
import { seedJsonSchema } from '../../src/seed/seed-shape.ts'
import { committedBy, contentsOf } from './cluster-contents.ts'

const document = await readFile(new URL('../../docs/SEED.md', import.meta.url), 'utf8')

/** The block that follows a file's name. */
function exampleFile(name: string): string {
  const [, text] =
    new RegExp(`^\`${name.replaceAll('.', '\\.')}\`:\n\n\`\`\`\\w+\n([^]*?)^\`\`\`$`, 'm').exec(document) ?? []
  assert.ok(text !== undefined, `docs/SEED.md shows no ${name}`)
  return text
}

test('the example of docs/SEED.md does what the page says, and its schema accepts it', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-seed-'))
  for (const name of ['seed.yaml', 'more-orders.ndjson', 'customers.csv']) {
    await writeFile(join(directory, name), exampleFile(name))
  }
  const accepts = new Ajv({ strict: false }).compile(seedJsonSchema())
  assert.ok(accepts(parse(exampleFile('seed.yaml'))), JSON.stringify(accepts.errors))

  const broker = await startBroker({
    seed: join(directory, 'seed.yaml'),
    config: { 'offsets.topic.num.partitions': 1 },
  })
  t.after(async () => {
    await broker.stop()
    await rm(directory, { recursive: true, force: true })
  })
  const { clicks, orders, customers } = await contentsOf(broker.port)
  assert.deepEqual(clicks, [[]])
  const sorted = (partitions: (string | null)[][][]) =>
    partitions
      .flat()
      .map(record => record.join(' '))
      .sort()
  assert.deepEqual(sorted(orders!), [
    '\0\0\0\u0001 \n\u0003abc',
    'order-1 ',
    'order-1 {"id":1,"total":9.90}',
    'order-2 shipped trace=7f3a attempt=1',
    'order-3 {"id":3,"total":12345678901234567890}',
    'order-4 open trace=7f3b',
  ])
  assert.deepEqual(sorted(customers!), [
    '1 {"id":"1","name":"Ottla","city":"Prague"}',
    '2 {"id":"2","name":"Kafka, Franz","city":null}',
  ])
  assert.deepEqual(await committedBy(broker.port, 'billing'), {
    'orders-0': 0,
    'orders-1': 0,
    'orders-2': 1,
    'customers-0': customers![0]!.length,
    'customers-1': customers![1]!.length,
  })
})
