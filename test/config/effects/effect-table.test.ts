import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brokerKeys } from '../../../src/config/broker-keys.ts'
import type { ConfigKey } from '../../../src/config/config-key.ts'
import { reasonsWithoutEffect } from '../../../src/config/config-key.ts'
import { groupBounds } from '../../../src/config/group-config.ts'
import { dynamicQuotaKeys } from '../../../src/config/keys/dynamic-quota.ts'
import { groupKeys } from '../../../src/config/keys/group.ts'
import { topicKeys } from '../../../src/config/keys/topic.ts'
import { effectTests } from './effect-tests.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** `topic` before a topic key, so that it is told from the broker key of the same name. */
const keys: readonly (readonly [name: string, key: ConfigKey])[] = [
  ...Object.entries(brokerKeys),
  ...Object.entries(dynamicQuotaKeys),
  ...Object.entries(topicKeys).map(([name, key]) => [`topic ${name}`, key] as const),
  ...Object.entries(groupKeys),
]
const working = keys.filter(([, { effect }]) => effect === 'works').map(([name]) => name)

/** Where the tests of this folder name keys: in the names of tests, and in the tables that tests are made of. */
const effectTexts = globSync('test/config/effects/*.test.ts', { cwd: root })
  .filter(path => !path.endsWith('effect-table.test.ts'))
  .map(read)
  .join('\n')

function isNamedHere(name: string): boolean {
  const isTopicKey = name.startsWith('topic ')
  const key = name.replace(/^topic /, '')
  const codec = /^compression\.(\w+)\.level$/.exec(key)?.[1]
  if (codec !== undefined) return effectTexts.includes(`['${codec}', `)
  if (isTopicKey) return effectTexts.includes(`topic: '${key}'`)
  const named = new RegExp(`(test\\(['"\`]|['"\`]|,? and |, )${key.replaceAll('.', '\\.')}(['":,]| and | [a-z]|: )`)
  return named.test(effectTexts)
}

describe('the table of keys', () => {
  test('has a test that shows the effect of each key that works', () => {
    const elsewhere = new Set(effectTests.flatMap(([, , names]) => names))
    const without = working.filter(name => !elsewhere.has(name) && !isNamedHere(name))
    assert.deepEqual(without, [])
  })

  test('names tests that there are, of keys that work', () => {
    for (const [file, name, names] of effectTests) {
      assert.ok(read(join('test', file)).includes(name), `${file}: ${name}`)
      for (const key of names) assert.ok(working.includes(key), key)
    }
  })

  test('gives each other key a reason that there is', () => {
    for (const [name, { effect }] of keys) {
      if (typeof effect === 'object') assert.ok(Object.hasOwn(reasonsWithoutEffect, effect.warns), name)
    }
  })

  test('says of no key that it works which nobody looks up', () => {
    const sources = globSync('src/**/*.ts', { cwd: root })
      .map(path => path.replaceAll('\\', '/'))
      .filter(
        path =>
          !path.startsWith('src/config/keys/') &&
          !path.startsWith('src/protocol/') &&
          !path.startsWith('src/cli/tools/'),
      )
      .map(read)
      .join('\n')
    // The bounds of groups are looked up by what they bound.
    const bounds: readonly string[] = groupBounds.flatMap(({ min, max }) => (min === undefined ? [max] : [min, max]))
    const unread = working
      .map(name => name.replace(/^topic /, ''))
      .filter(name => !bounds.includes(name) && !new RegExp(`\\b${name.replaceAll('.', '\\.')}['\`:]`).test(sources))
    assert.deepEqual(unread, [])
  })
})
