import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { seedJsonSchema, seedShape } from '../../src/seed/seed-shape.ts'
import { valueNodes } from '../../src/seed/value-nodes.ts'

const acceptsBySchema = new Ajv({ strict: false }).compile(seedJsonSchema())

function faults(value: unknown): string[] {
  const found: string[] = []
  const place = { source: 'seed', line: undefined, path: '' }
  seedShape.read(
    valueNodes(value, 'seed', undefined, ({ path }, message) => found.push(`${path}: ${message}`)),
    place,
    ({ path }, message) => found.push(`${path}: ${message}`),
  )
  return found
}

type Field = readonly [name: string, value: fc.Arbitrary<unknown>]

/** Anything at all, of which some is right by chance. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    1,
    -1,
    1.5,
    2 ** 40,
    '',
    'a',
    '..',
    'latest',
    '-5m',
    '-5x',
    'Zm9v',
    'Zm9',
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    ['a'],
    [null],
    [{}],
    { a: 1 },
    { value: 1 },
    { key: 'a', value: null },
    'ndjson',
    'x'.repeat(250),
  ),
)

/** An object whose fields are there or not, right for the most part, and sometimes has one that it should not have. */
function objectOf(...fields: Field[]): fc.Arbitrary<unknown> {
  const entry = ([name, value]: Field) =>
    fc.oneof(
      { weight: 4, arbitrary: value.map(right => [[name, right]]) },
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: junk.map(wrong => [[name, wrong]]) },
    )
  const stray = fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...['x-a', 'config', 'file', '__proto__x', 'value']).map(name => [[name, 1]]),
    },
  )
  return fc.tuple(...fields.map(entry), stray).map(entries => Object.fromEntries(entries.flat() as [string, unknown][]))
}

const listOf = (item: fc.Arbitrary<unknown>) =>
  fc.array(fc.oneof({ weight: 12, arbitrary: item }, { weight: 1, arbitrary: junk }), { maxLength: 3 })

const anyJson = fc.jsonValue({ maxDepth: 2 })
const base64 = fc.uint8Array({ maxLength: 6 }).map(bytes => Buffer.from(bytes).toString('base64'))
const partition = fc.nat(5)
const configs = fc.dictionary(
  fc.constantFrom('retention.ms', 'cleanup.policy', 'x'),
  fc.oneof(fc.nat(), fc.string(), fc.boolean(), fc.array(fc.constantFrom('compact', 'delete', 1), { maxLength: 2 })),
)
const header = objectOf(['key', fc.string()], ['value', anyJson], ['valueBase64', base64])
const timestamp = fc.oneof(
  fc.nat(),
  fc
    .date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
    .map(date => date.toISOString()),
  fc.constantFrom(
    'now',
    '-3d',
    '2026-07-03',
    '2026-07-03T12:00Z',
    '2026-07-03T12:00:00.123+02:00',
    '2026-07-03T12:00:00',
  ),
)
const record = objectOf(
  ...([
    ['key', anyJson],
    ['keyBase64', base64],
    ['value', anyJson],
    ['valueBase64', base64],
    ['headers', fc.oneof(fc.dictionary(fc.string(), anyJson, { maxKeys: 2 }), listOf(header))],
    ['partition', partition],
    ['timestamp', timestamp],
  ] as const),
)
const file = objectOf(
  ['file', fc.constantFrom('a.csv', 'b/c.ndjson')],
  ['format', fc.constantFrom('csv', 'ndjson')],
  ['as', fc.constantFrom('records', 'values')],
  ['key', fc.string({ minLength: 1 })],
)
const topicName = fc.constantFrom('orders', 'a.b_c-9')
const topic = fc.oneof(
  topicName,
  objectOf(
    ['name', topicName],
    ['partitions', fc.integer({ min: 1, max: 9 })],
    ['replicationFactor', fc.integer({ min: 1, max: 3 })],
    ['configs', configs],
    ['records', listOf(fc.oneof(record, file))],
  ),
)
const offset = objectOf(
  ['topic', topicName],
  ['partition', partition],
  ['offset', fc.oneof(fc.nat(), fc.constantFrom('earliest', 'latest'))],
  ['metadata', fc.string()],
)
const seed = objectOf(
  ['$schema', fc.string()],
  ['topics', listOf(topic)],
  ['groups', listOf(objectOf(['id', fc.string({ minLength: 1 })], ['configs', configs], ['offsets', listOf(offset)]))],
  ['brokers', listOf(objectOf(['id', partition], ['configs', configs]))],
)

test('what the schema accepts the reader of seeds accepts, and nothing else', () => {
  let accepted = 0
  let refused = 0
  fc.assert(
    fc.property(seed, value => {
      const isAccepted = acceptsBySchema(value)
      const found = faults(value)
      assert.equal(
        found.length === 0,
        isAccepted,
        `${JSON.stringify(value)}\nreader: ${found.join('; ')}\nschema: ${JSON.stringify(acceptsBySchema.errors)}`,
      )
      if (isAccepted) accepted++
      else refused++
    }),
    { numRuns: 1500, seed: 2026 },
  )
  assert.ok(accepted > 100 && refused > 100, `${accepted} accepted, ${refused} refused`)
})
