import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadSeedFile, loadSeedValue } from '../../src/seed/load-seed.ts'
import { SeedError } from '../../src/seed/seed-error.ts'
import { seedDisk } from './seed-disk.ts'

/** Files of a seed, `seed.yaml` among them, and each line of what is said of them. */
const wrong: readonly { readonly name: string; readonly files: Record<string, string>; readonly says: string[] }[] = [
  {
    name: 'a number that is too small, a field that is misspelt and one that is missing, all at once',
    files: {
      'seed.yaml': `topics:
  - name: orders
    partitions: 0
    replicas: 1
  - partitions: 3
`,
    },
    says: [
      'seed.yaml:3: topics[0].partitions: must be a whole number between 1 and 2147483647, not 0',
      "seed.yaml:4: topics[0].replicas: unknown field; did you mean 'replicationFactor'?",
      "seed.yaml:5: topics[1]: 'name' is missing",
    ],
  },
  {
    name: 'fields that nothing resembles',
    files: { 'seed.yaml': 'users: []\n' },
    says: ['seed.yaml:1: users: unknown field; there are $schema, topics, groups, brokers'],
  },
  {
    name: 'a name that YAML takes for a number',
    files: { 'seed.yaml': 'topics:\n  - name: 2024\n' },
    says: [
      "seed.yaml:2: topics[0].name: must be a topic name: 1 to 249 of the characters a-z, A-Z, 0-9, dot, underscore and dash, not 2024: quotes make it text ('2024')",
    ],
  },
  {
    name: 'a mapping where a list is meant',
    files: { 'seed.yaml': 'topics:\n  orders:\n    partitions: 3\n' },
    says: ['seed.yaml:2: topics: must be a list, not a mapping'],
  },
  {
    name: 'configurations that are no text',
    files: {
      'seed.yaml': 'topics:\n  - name: t\n    configs:\n      cleanup:\n        policy: compact\n      retention.ms:\n',
    },
    says: [
      'seed.yaml:4: topics[0].configs.cleanup: must be text, a number, true, false or a list of these, not a mapping',
      'seed.yaml:6: topics[0].configs.retention.ms: must be text, a number, true, false or a list of these, not nothing',
    ],
  },
  {
    name: 'records that lack a value, have two, or have none of the times there are',
    files: {
      'seed.yaml': `topics:
  - name: t
    records:
      - key: a
      - value: b
        valueBase64: Yg==
      - value: c
        timestamp: yesterday
      - value: d
        timestamp: 2026-02-30
      - valueBase64: "?"
`,
    },
    says: [
      "seed.yaml:4: topics[0].records[0]: 'value' or 'valueBase64' is missing",
      "seed.yaml:5: topics[0].records[1]: 'value' and 'valueBase64' exclude each other",
      "seed.yaml:8: topics[0].records[2].timestamp: must be milliseconds since 1970, ISO 8601 with a time zone ('2026-07-03T12:00:00Z'), now, or a time ago (-90m), not 'yesterday'",
      "seed.yaml:10: topics[0].records[3].timestamp: must be milliseconds since 1970, ISO 8601 with a time zone ('2026-07-03T12:00:00Z'), now, or a time ago (-90m), not '2026-02-30'",
      "seed.yaml:11: topics[0].records[4].valueBase64: must be base64, not '?'",
    ],
  },
  {
    name: 'the same thing twice',
    files: {
      'seed.yaml': `topics: [a, { name: a }]
groups:
  - id: g
    offsets:
      - { topic: a, partition: 0, offset: 1 }
      - { topic: a, partition: 0, offset: latest }
  - id: g
`,
    },
    says: [
      'seed.yaml:1: topics[1]: the same topic is at topics[0] already',
      'seed.yaml:7: groups[1]: the same group is at groups[0] already',
      'seed.yaml:6: groups[0].offsets[1]: an offset for the same partition is at groups[0].offsets[0] already',
    ],
  },
  {
    name: 'what is not YAML',
    files: { 'seed.yaml': 'topics:\n  - name: [a\n' },
    says: ['seed.yaml:3: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  },
  {
    name: 'a key that is there twice',
    files: { 'seed.yaml': 'topics:\n  - name: a\n    name: b\n' },
    says: ['seed.yaml:3: Map keys must be unique'],
  },
  {
    name: 'an alias of what contains it',
    files: { 'seed.yaml': 'x-loop: &loop\n  - *loop\n' },
    says: ['seed.yaml:2: more than 100 levels deep'],
  },
  {
    name: 'lines of NDJSON that are no records',
    files: {
      'seed.yaml': 'topics:\n  - name: t\n    records:\n      - file: data/t.ndjson\n',
      'data/t.ndjson': '{"value":"a"}\n\n{"vlaue":"b"}\n{"value":"c"\n7\n{"value":1,"partition":-1}\n',
    },
    says: [
      "data/t.ndjson:3: vlaue: unknown field; did you mean 'value'?",
      "data/t.ndjson:3: 'value' or 'valueBase64' is missing",
      "data/t.ndjson:4: is not JSON: Expected ',' or '}' after property value in JSON at position 12 (line 1 column 13)",
      'data/t.ndjson:5: must be a record: an object with the fields key, value, headers, partition, timestamp',
      'data/t.ndjson:6: partition: must be a whole number between 0 and 2147483647, not -1',
    ],
  },
  {
    name: 'CSV with a column that is unknown, and a row that is short',
    files: {
      'seed.yaml': 'topics:\n  - name: t\n    records:\n      - file: a.csv\n      - file: b.csv\n',
      'a.csv': 'key,valu\n"x\ny",1\nz,2\n',
      'b.csv': 'key,value\na,1\nb\n',
    },
    says: [
      "a.csv:2: valu: unknown field; did you mean 'value'?",
      "a.csv:2: 'value' or 'valueBase64' is missing",
      "a.csv:4: valu: unknown field; did you mean 'value'?",
      "a.csv:4: 'value' or 'valueBase64' is missing",
      'b.csv:3: Invalid Record Length: expect 2, got 1 on line 3',
    ],
  },
  {
    name: 'files that are not there, of no known kind, or without the column that is to be the key',
    files: {
      'seed.yaml': `topics:
  - name: t
    records:
      - file: missing.csv
      - file: notes.txt
      - { file: people.csv, as: values, key: idd }
      - { file: people.csv, key: id }
`,
      'people.csv': 'id,name\n1,Ottla\n',
    },
    says: [
      'seed.yaml:4: topics[0].records[0].file: missing.csv cannot be read: there is no such file',
      "seed.yaml:5: topics[0].records[1].file: 'notes.txt' ends in none of .ndjson, .jsonl, .csv: say 'format: ndjson' or 'format: csv'",
      "people.csv:2: there is no 'idd' to be the key; did you mean 'id'?",
      "seed.yaml:7: topics[0].records[3].key: is for 'as: values'; a record has a key of its own",
    ],
  },
  {
    name: 'a file that is not text',
    files: { 'seed.yaml': '\udc80topics' },
    says: ['seed.yaml: cannot be read: it is not UTF-8'],
  },
]

for (const { name, files, says } of wrong) {
  test(`${name}: told by file, line and field`, async () => {
    await assert.rejects(loadSeedFile('seed.yaml', seedDisk(files)), error => {
      assert.ok(error instanceof SeedError)
      assert.deepEqual(error.message.split('\n'), says)
      return true
    })
  })
}

test('a seed that is not there is told', async () => {
  await assert.rejects(loadSeedFile('nowhere/seed.yaml', seedDisk({})), {
    message: 'nowhere/seed.yaml: cannot be read: there is no such file',
  })
})

test('what is wrong with the seed of a program is told by its field', async () => {
  const seed = { topics: [{ name: 'a', partitions: 1.5, records: [{ value: () => 1 }] }] }
  await assert.rejects(loadSeedValue(seed, seedDisk({})), {
    message: 'seed: topics[0].records[0].value: function is nothing a seed can hold',
  })
  await assert.rejects(loadSeedValue({ topics: [{ name: 'a', partitions: 1.5 }] }, seedDisk({})), {
    message: 'seed: topics[0].partitions: must be a whole number between 1 and 2147483647, not 1.5',
  })
})

test('of very many things that are wrong the first are told', async () => {
  const seed = { topics: Array.from({ length: 30 }, () => ({})) }
  await assert.rejects(loadSeedValue(seed, seedDisk({})), error => {
    const lines = (error as Error).message.split('\n')
    assert.equal(lines.length, 21)
    assert.equal(lines.at(-1), 'and 10 more')
    return true
  })
})
