import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadSeedFile, loadSeedValue } from '../../src/seed/load-seed.ts'
import type { LoadedRecord } from '../../src/seed/loaded-seed.ts'
import { seedDisk } from './seed-disk.ts'

const decoder = new TextDecoder()
const text = (bytes: Uint8Array | null) => (bytes === null ? null : decoder.decode(bytes))

async function recordsOf(yaml: string, files: Record<string, string> = {}): Promise<LoadedRecord[]> {
  const { topics } = await loadSeedFile('seed.yaml', seedDisk({ ...files, 'seed.yaml': yaml }))
  return topics.flatMap(({ records }) => records)
}

/** A value in YAML, and the bytes of the record it becomes. */
const values: readonly (readonly [yaml: string, becomes: string | null])[] = [
  ['plain text', 'plain text'],
  ["''", ''],
  ['"a\\nb"', 'a\nb'],
  ['null', null],
  ['~', null],
  ['', null],
  ['"null"', 'null'],
  ['007', '007'],
  ['1.50', '1.50'],
  ['0x1F', '0x1F'],
  ['12345678901234567890', '12345678901234567890'],
  ['yes', 'yes'],
  ['true', 'true'],
  ['2026-07-03', '2026-07-03'],
  ['!!binary AP8=', '\0\ufffd'],
  ['[]', '[]'],
  [
    '{ a: 1.50, b: [007, true, null, ~, "x"], "c d": { e: 12345678901234567890 } }',
    '{"a":1.50,"b":[7,true,null,null,"x"],"c d":{"e":12345678901234567890}}',
  ],
  ['{ hex: 0x1F, ü: "\\u2028" }', '{"hex":31,"ü":"\u2028"}'],
]

for (const [yaml, becomes] of values) {
  test(`the value ${yaml === '' ? 'that is left empty' : yaml} is ${JSON.stringify(becomes)}`, async () => {
    const [record] = await recordsOf(`topics:\n- name: t\n  records:\n  - value: ${yaml}\n`)
    assert.equal(text(record!.value), becomes)
  })
}

test('any JSON is kept by a seed in JSON, in YAML, in NDJSON and in a program', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async value => {
      const json = JSON.stringify(value)
      // Text is itself, and null is none.
      const expected = typeof value === 'string' ? value : value === null ? null : json
      const seed = { topics: [{ name: 't', records: [{ value }, { file: 'r.ndjson' }] }] }
      const files = { 'r.ndjson': `${JSON.stringify({ value })}\n` }
      const read = await recordsOf(JSON.stringify(seed), files)
      const given = (await loadSeedValue(seed, seedDisk(files))).topics[0]!.records
      for (const record of [...read, ...given]) assert.equal(text(record.value), expected)
    }),
    { numRuns: 200 },
  )
})

test('whatever stands in a file of values comes out as it stands', async () => {
  const files = {
    'v.ndjson': '{"id": 7, "total": 9.90}\r\n  [1, 2]\n\n"text"\n',
    'v.csv': 'id,name\r\n1,"a ""b"", c"\r\n2,""\r\n3,\r\n',
  }
  const records = await recordsOf(
    'topics: [{ name: t, records: [{ file: v.ndjson, as: values }, { file: v.csv, as: values, key: id }] }]',
    files,
  )
  assert.deepEqual(
    records.map(({ key, value }) => [text(key), text(value)]),
    [
      [null, '{"id": 7, "total": 9.90}'],
      [null, '[1, 2]'],
      [null, '"text"'],
      ['1', '{"id":"1","name":"a \\"b\\", c"}'],
      ['2', '{"id":"2","name":""}'],
      ['3', '{"id":"3","name":null}'],
    ],
  )
})

test('a row of CSV is a record with all that records have', async () => {
  const files = {
    'r.csv':
      'key,value,partition,timestamp,headers.trace,headers.n\na,1,2,2026-07-03,x,\n,,,,,\n"","",,1000,,"7"\nk,"two\nlines",0,-5m,,\n',
  }
  const records = await recordsOf('topics: [{ name: t, records: [{ file: r.csv }] }]', files)
  assert.deepEqual(
    records.map(({ key, value, partition, timestamp, headers, place }) => ({
      ...{ key: text(key), value: text(value), partition, timestamp, line: place.line },
      headers: headers.map(header => `${header.key}=${text(header.value)}`),
    })),
    [
      { key: 'a', value: '1', partition: 2, timestamp: { atMs: Date.UTC(2026, 6, 3) }, line: 2, headers: ['trace=x'] },
      { key: null, value: null, partition: undefined, timestamp: { agoMs: 0 }, line: 3, headers: [] },
      { key: '', value: '', partition: undefined, timestamp: { atMs: 1000 }, line: 4, headers: ['n=7'] },
      { key: 'k', value: 'two\nlines', partition: 0, timestamp: { agoMs: 300_000 }, line: 5, headers: [] },
    ],
  )
})

test('anchors, merge keys and fields that begin with x- serve a seed as they serve compose files', async () => {
  const { topics } = await loadSeedFile(
    'seed.yaml',
    seedDisk({
      'seed.yaml': `x-week: &week { retention.ms: 604800000, cleanup.policy: delete }
x-compacted: &compacted { cleanup.policy: compact }
topics:
  - name: a
    configs: { <<: *week, retention.ms: 1 }
  - name: b
    configs: { <<: [*compacted, *week] }
  - name: c
    configs: *week
`,
    }),
  )
  assert.deepEqual(
    topics.map(({ configs }) => Object.fromEntries(configs.map(({ name, value }) => [name, value]))),
    [
      { 'retention.ms': '1', 'cleanup.policy': 'delete' },
      { 'cleanup.policy': 'compact', 'retention.ms': '604800000' },
      { 'retention.ms': '604800000', 'cleanup.policy': 'delete' },
    ],
  )
})

test('a seed may be empty, or have lists with nothing in them', async () => {
  for (const yaml of ['', '# nothing\n', 'null', '{}', 'topics:\ngroups: []\nbrokers:\n']) {
    const seed = await loadSeedFile('seed.yaml', seedDisk({ 'seed.yaml': yaml }))
    assert.deepEqual([seed.topics, seed.groups, seed.brokers], [[], [], []])
  }
})

test('the files of a seed are told as it names them', async () => {
  const { files } = await loadSeedFile(
    'd/seed.yaml',
    seedDisk({
      'd/seed.yaml': 'topics: [{ name: t, records: [{ file: a.csv }, { file: ./b/c.jsonl }] }]',
      'd/a.csv': 'value\n',
      'd/b/c.jsonl': '',
    }),
  )
  assert.deepEqual(files, ['a.csv', './b/c.jsonl'])
})
