import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { brokerKeys } from '../../src/config/broker-keys.ts'
import type { ConfigKey } from '../../src/config/config-key.ts'
import { groupKeys } from '../../src/config/keys/group.ts'
import { topicKeys } from '../../src/config/keys/topic.ts'
import { defaultValue, parseValue } from '../../src/config/parse-value.ts'
import { topicSynonyms } from '../../src/config/topic-synonyms.ts'

interface ReferenceKey {
  readonly name: string
  readonly type: string
  readonly default?: string | null
  readonly required?: boolean
  readonly valid?: string
  readonly importance: string
  readonly updateMode?: string
  readonly internal?: boolean
}

function reference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8')) as T
}

const tables: readonly (readonly [name: string, keys: Readonly<Record<string, ConfigKey>>])[] = [
  ['broker-configs', brokerKeys],
  ['topic-configs', topicKeys],
  ['group-configs', groupKeys],
]

for (const [file, keys] of tables) {
  const rows = reference<readonly ReferenceKey[]>(file)

  describe(`the table of ${file}`, () => {
    test('holds exactly the keys of Kafka 4.3.1', () => {
      assert.deepEqual(Object.keys(keys).sort(), rows.map(row => row.name).sort())
    })

    test('gives each key the type, default, bounds, importance and update mode it has in Kafka', () => {
      for (const row of rows) {
        const key = keys[row.name]!
        assert.deepEqual(
          {
            type: key.type.toUpperCase(),
            default: key.defaultText === undefined ? undefined : defaultValue(row.name, key).text,
            valid: key.validator?.text,
            importance: key.importance.toUpperCase(),
            updateMode: key.updateMode === 'read-only' ? undefined : key.updateMode,
            internal: key.internal || undefined,
          },
          {
            type: row.type,
            default: row.required === true ? undefined : (row.default ?? null),
            valid: row.valid,
            importance: row.importance,
            updateMode: row.updateMode,
            internal: row.internal,
          },
          row.name,
        )
      }
    })

    test('lets each default through its own bounds', () => {
      for (const [name, key] of Object.entries(keys)) {
        if (typeof key.defaultText === 'string') parseValue(name, key, key.defaultText)
      }
    })

    test('says what each key means in one sentence', () => {
      for (const [name, { meaning }] of Object.entries(keys)) assert.match(meaning, /^\S.{10,}[^.]\.$/, name)
    })
  })
}

test('a topic key falls back to the broker keys Kafka names, in their order and units', () => {
  interface Row {
    readonly topicConfig: string
    readonly brokerConfigs: readonly { readonly name: string; readonly unitFactor?: number }[]
  }
  const expected = reference<readonly Row[]>('topic-config-synonyms').map(({ topicConfig, brokerConfigs }) => [
    topicConfig,
    brokerConfigs.map(({ name, unitFactor }) => ({ name, unitFactor })),
  ])
  const actual = Object.entries(topicSynonyms).map(([name, synonyms]) => [
    name,
    synonyms.map(synonym => ({
      name: synonym.name,
      unitFactor: synonym.unitMs === undefined ? undefined : Number(synonym.unitMs),
    })),
  ])
  assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(expected))
})
