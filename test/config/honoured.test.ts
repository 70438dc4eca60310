import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brokerKeys } from '../../src/config/broker-keys.ts'
import { groupBounds } from '../../src/config/group-config.ts'
import { topicKeys } from '../../src/config/keys/topic.ts'
import { type TopicKeyName, topicSynonyms } from '../../src/config/topic-synonyms.ts'

const sources = fileURLToPath(new URL('../../src', import.meta.url))

/** What is written outside of the configuration room: whoever acts on a key names it there. */
const text = globSync('**/*.ts', { cwd: sources })
  .filter(path => !path.startsWith('config/') && !path.startsWith('protocol/'))
  .map(path => readFileSync(join(sources, path), 'utf8'))
  .join('\n')

/** Keys that reach others as part of something resolved: listeners, directories, what kind of node this is. */
const resolvedForOthers = [
  'advertised.listeners',
  'broker.id',
  'controller.listener.names',
  'controller.quorum.bootstrap.servers',
  'controller.quorum.voters',
  'inter.broker.listener.name',
  'listener.security.protocol.map',
  'listeners',
  'log.dir',
  'log.dirs',
  'metadata.log.dir',
  'process.roles',
  'security.inter.broker.protocol',
]

/** What the configs of consumer groups are held to. */
const boundsOfGroups: readonly string[] = groupBounds
  .filter(({ key }) => key.startsWith('consumer.'))
  .flatMap(({ min, max }) => (min === undefined ? [max] : [min, max]))

/** Keys the controller judges without acting on them. */
const judgedOnly = ['cordoned.log.dirs']

/** The field of `TopicConfig` each topic key becomes, where it becomes one. */
const topicFields = new Map<string, string>([
  ...[...readFileSync(join(sources, 'config/topic-config.ts'), 'utf8').matchAll(/^ {2}'?([a-z.]+)'?: '(\w+)',$/gm)].map(
    ([, key, field]): [string, string] => [key!, field!],
  ),
  ['internal.segment.bytes', 'segmentBytes'],
  ['segment.bytes', 'segmentBytes'],
  ['cleanup.policy', 'isCompacted'],
])

function isTopicKeyUsed(name: TopicKeyName): boolean {
  const field = topicFields.get(name)
  const isRead = field !== undefined && new RegExp(`(\\.|[{,] ?)${field}\\b(?!:)`).test(text)
  return isRead || text.includes(`'${name}')`)
}

function advice(honoured: readonly string[], used: readonly string[]): string {
  const notSaid = used.filter(name => !honoured.includes(name))
  const notSo = honoured.filter(name => !used.includes(name))
  return (
    `src/config/keys should say .honoured of [${notSaid.join(', ')}] and .warns of [${notSo.join(', ')}]; ` +
    'then npm run docs'
  )
}

describe('a key is said to have effect', () => {
  test('exactly where something outside the configuration acts on it', () => {
    const topicBacked = new Set(
      (Object.keys(topicSynonyms) as TopicKeyName[])
        .filter(isTopicKeyUsed)
        .flatMap(name => topicSynonyms[name]!.map(synonym => synonym.name as string)),
    )
    const isUsed = (name: string) =>
      topicBacked.has(name) ||
      resolvedForOthers.includes(name) ||
      boundsOfGroups.includes(name) ||
      (text.includes(`'${name}'`) && !judgedOnly.includes(name))
    const used = Object.keys(brokerKeys).filter(isUsed).sort()
    const honoured = Object.entries(brokerKeys)
      .filter(([, key]) => key.effect === 'works')
      .map(([name]) => name)
      .sort()
    assert.deepEqual(honoured, used, advice(honoured, used))
  })

  test('in a topic exactly where something acts on the value it resolves to', () => {
    const used = (Object.keys(topicKeys) as TopicKeyName[]).filter(isTopicKeyUsed).sort()
    const honoured = Object.entries(topicKeys)
      .filter(([, key]) => key.effect === 'works')
      .map(([name]) => name)
      .sort()
    assert.deepEqual(honoured, used, advice(honoured, used))
  })
})
