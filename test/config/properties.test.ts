import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from '../../src/config/config-error.ts'
import { environmentProperties } from '../../src/config/environment.ts'
import { parseOverride, parseProperties, parsePropertiesFile } from '../../src/config/properties.ts'
import { skipWithout } from '../support/require.ts'
import { askKafka } from './config-judge.ts'

const samples: readonly (readonly [file: string, entries: Readonly<Record<string, string>>])[] = [
  ['a=b', { a: 'b' }],
  ['a = b', { a: 'b' }],
  ['a: b', { a: 'b' }],
  ['a b', { a: 'b' }],
  ['a\t=\tb ', { a: 'b ' }],
  ['a==b', { a: '=b' }],
  ['a', { a: '' }],
  ['=b', { '': 'b' }],
  ['# a=b\n! c=d\n  # e=f', {}],
  ['a=1\na=2', { a: '2' }],
  ['a=b\\\n   c', { a: 'bc' }],
  ['a=b\\\\\nc=d', { a: 'b\\', c: 'd' }],
  ['a=b\\\n# not a comment', { a: 'b# not a comment' }],
  ['a=b\\', { a: 'b' }],
  ['a\\ b=c', { 'a b': 'c' }],
  ['a\\=b=c', { 'a=b': 'c' }],
  ['a=\\u0041\\u00e9\\n\\t\\q', { a: 'Aé\n\tq' }],
  ['a=1\r\nb=2\rc=3', { a: '1', b: '2', c: '3' }],
  ['\n\n  \n', {}],
  ['listeners=PLAINTEXT://:9092,SSL://:9093', { listeners: 'PLAINTEXT://:9092,SSL://:9093' }],
]

describe('a properties file', () => {
  test('is read by the rules of java.util.Properties', () => {
    for (const [file, entries] of samples) {
      assert.deepEqual(Object.fromEntries(parseProperties(file)), entries, JSON.stringify(file))
    }
  })

  test('is ISO-8859-1', () => {
    assert.deepEqual([...parsePropertiesFile(Uint8Array.of(0x61, 0x3d, 0xe9))], [['a', 'é']])
  })

  test('with a broken \\u escape is refused', () => {
    for (const file of ['a=\\u12', 'a=\\u12G4', 'a=\\u']) assert.throws(() => parseProperties(file), ConfigError, file)
  })

  test('of any bytes means what Java makes of it', { skip: skipWithout('java') }, async () => {
    const piece = fc.constantFrom(
      'a',
      'b.c',
      '=',
      ':',
      ' ',
      '\\',
      '\n',
      '\r',
      '\t',
      '\f',
      '#',
      '!',
      '\\u0041',
      'u',
      '\\\n',
      'é',
    )
    const anyFile = fc.oneof(
      fc.array(piece, { maxLength: 24 }).map(pieces => Buffer.from(pieces.join(''), 'latin1')),
      fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
    )
    const files = [
      ...samples.map(([file]) => Buffer.from(file, 'latin1')),
      ...fc.sample(anyFile, { numRuns: 3000, seed: 431 }),
    ]
    const verdicts = await askKafka(files.map(file => ({ ask: 'properties', bytes: file.toString('base64') })))
    for (const [index, file] of files.entries()) {
      const { entries, error } = verdicts[index]!
      const ours = () => Object.fromEntries(parsePropertiesFile(file))
      const asked = JSON.stringify(file.toString('latin1'))
      if (error !== undefined) assert.throws(ours, ConfigError, asked)
      else assert.deepEqual(withoutEmptyKey(ours()), withoutEmptyKey(entries), asked)
    }
  })
})

/** Of a lone backslash at the very end Java makes an empty key with an empty value in some cases. */
function withoutEmptyKey(entries: Readonly<Record<string, string>> | undefined) {
  return Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => key !== ''))
}

test('an override of the command line is cut at its first equals sign', () => {
  assert.deepEqual(parseOverride('a.b=c=d'), ['a.b', 'c=d'])
  assert.deepEqual(parseOverride('a.b='), ['a.b', ''])
  assert.throws(() => parseOverride('a.b'), { message: "Invalid override 'a.b': expected key=value" })
  assert.throws(() => parseOverride('=b'), ConfigError)
})

test('KAFKA_ variables become keys as the official image maps them', () => {
  const environment = {
    KAFKA_NODE_ID: '7',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_LISTENER_NAME_PLAIN__TEXT_SSL_KEY: 'x',
    KAFKA_SOME___THING: 'y',
    KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://localhost:9092',
    KAFKA_SASL_JAAS_CONFIG: 'a \\"b\\"',
    'KAFKA_WITH-DASH': 'z',
    KAFKA_HEAP_OPTS: '-Xmx1g',
    KAFKA_LOG4J_LOGGERS: 'a=INFO',
    KAFKA_JMX_HOSTNAME: 'h',
    KAFKA_VERSION: '4.3.1',
    KAFKA_GONE: undefined,
    PATH: '/bin',
    XKAFKA_NODE_ID: '8',
  }
  assert.deepEqual(Object.fromEntries(environmentProperties(environment)), {
    'node.id': '7',
    'offsets.topic.replication.factor': '1',
    'listener.name.plain_text.ssl.key': 'x',
    'some-thing': 'y',
    'advertised.listeners': 'PLAINTEXT://localhost:9092',
    'sasl.jaas.config': 'a "b"',
    'with-dash': 'z',
  })
})
