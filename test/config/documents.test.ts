import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { configurationDocument } from '../../scripts/configuration-document.ts'
import { generatedDocuments } from '../../scripts/generate-docs.ts'
import { brokerKeys } from '../../src/config/broker-keys.ts'
import { groupKeys } from '../../src/config/keys/group.ts'
import { topicKeys } from '../../src/config/keys/topic.ts'

describe('the generated documents', () => {
  for (const { path, make } of generatedDocuments) {
    test(`${path} is what the source makes of it now: npm run docs`, () => {
      assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), make())
    })
  }

  test('name every broker, topic and group key', () => {
    const document = configurationDocument()
    for (const name of [brokerKeys, topicKeys, groupKeys].flatMap(Object.keys)) {
      assert.ok(document.includes(`| \`${name}\` |`), name)
    }
  })
})
