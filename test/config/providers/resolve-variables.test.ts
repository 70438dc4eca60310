import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ConfigError } from '../../../src/config/config-error.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { resolveVariables } from '../../../src/config/providers/resolve-variables.ts'
import { NodeValueSources } from '../../../src/platform/value-sources.ts'
import { skipWithout } from '../../support/require.ts'
import { askKafka } from '../config-judge.ts'

type Given = Readonly<Record<string, string>>

const directory = mkdtempSync(join(tmpdir(), 'ottla-test-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const secrets = join(directory, 'secrets')
const other = join(directory, 'other')
for (const path of [secrets, other, join(secrets, 'below'), join(directory, 'secrets-too')]) mkdirSync(path)
const file = join(secrets, 'broker.properties')
writeFileSync(
  file,
  `partitions = 7\nname=Dvořák\\u0020\\\n  Antonín\npartitions: 8\nempty=\nnested=\${env:OTTLA_TEST_COUNT}\n`,
)
writeFileSync(join(other, 'outside.properties'), 'partitions=9\n')
writeFileSync(join(directory, 'secrets-too', 'beside.properties'), 'partitions=9\n')
writeFileSync(join(secrets, 'latin1.properties'), Buffer.from('name=Anton\xedn\n', 'latin1'))
writeFileSync(join(secrets, 'password'), 'hunter2\n')
writeFileSync(join(secrets, '.hidden'), 'seen')
symlinkSync(join(other, 'outside.properties'), join(secrets, 'link'))

// The judge asks the environment of this process, too.
process.env['OTTLA_TEST_COUNT'] = '11'
process.env['OTTLA_TEST_EMPTY'] = ''
process.env['OTTLA_OTHER'] = 'other'

const ofKafka = 'org.apache.kafka.common.config.provider'

function env(more: Given): Given {
  return { 'config.providers': 'env', 'config.providers.env.class': `${ofKafka}.EnvVarConfigProvider`, ...more }
}

function files(more: Given): Given {
  return {
    'config.providers': 'file,dir',
    'config.providers.file.class': `${ofKafka}.FileConfigProvider`,
    'config.providers.dir.class': `${ofKafka}.DirectoryConfigProvider`,
    ...more,
  }
}

/** What is put in, by a sentence that says it. */
const cases: Readonly<Record<string, Given>> = {
  'a variable of the environment': env({
    a: `\${env:OTTLA_TEST_COUNT}`,
    b: `x\${env:OTTLA_TEST_COUNT}y\${env:OTTLA_OTHER}`,
  }),
  'one that is empty': env({ a: `[\${env:OTTLA_TEST_EMPTY}]` }),
  'one that there is not': env({ a: `x\${env:OTTLA_TEST_NO_SUCH}`, b: `\${env:constructor}`, c: `\${env:}` }),
  'one with a path': env({ a: `\${env:path:OTTLA_TEST_COUNT}` }),
  'an empty path': env({ a: `\${env::OTTLA_TEST_COUNT}` }),
  'a provider that there is not': env({ a: `x\${nobody:OTTLA_TEST_COUNT}y\${env:OTTLA_TEST_COUNT}z` }),
  'what only looks like a variable': env({ a: `\${env}`, b: '$env:X', c: `\${env:OTTLA_TEST_COUNT`, d: `\${}` }),
  'braces in braces': env({ a: `\${\${env:OTTLA_TEST_COUNT}}` }),
  'an allowed name': env({
    'config.providers.env.param.allowlist.pattern': 'OTTLA_TEST_.*',
    a: `\${env:OTTLA_TEST_COUNT}`,
  }),
  'a name that is not allowed': env({
    'config.providers.env.param.allowlist.pattern': 'OTTLA_TEST_.*',
    a: `\${env:OTTLA_OTHER}`,
  }),
  'a name that only begins as one that is allowed': env({
    'config.providers.env.param.allowlist.pattern': 'OTTLA',
    a: `\${env:OTTLA_OTHER}`,
  }),
  'alternatives of names': env({
    'config.providers.env.param.allowlist.pattern': 'X|OTTLA_OTHER',
    a: `\${env:OTTLA_OTHER}`,
  }),
  'a name in the configuration of the provider itself': env({ 'config.providers.env.param.x': `\${env:OTTLA_OTHER}` }),
  'no provider': { a: `\${env:OTTLA_TEST_COUNT}` },
  'a provider without its class': { 'config.providers': 'env', a: `\${env:OTTLA_TEST_COUNT}` },
  'a provider that is not named': { ...env({ a: `\${env:OTTLA_TEST_COUNT}` }), 'config.providers': '' },
  'a blank before a name': env({ 'config.providers': 'x, env', a: `\${env:OTTLA_TEST_COUNT}` }),
  'values of a file': files({
    a: `\${file:${file}:partitions}`,
    b: `\${file:${file}:name}`,
    c: `[\${file:${file}:empty}]`,
  }),
  'a value that is a variable itself': files({ a: `\${file:${file}:nested}` }),
  'a key that the file does not have': files({ a: `\${file:${file}:none}` }),
  'a file that there is not': files({ a: `\${file:${secrets}/none:x}` }),
  'a directory for a file': files({ a: `\${file:${secrets}:x}` }),
  'a file that is not UTF-8': files({ a: `\${file:${secrets}/latin1.properties:name}` }),
  'a variable of a file without its path': files({ a: `\${file:partitions}` }),
  'whole files': files({
    a: `\${dir:${secrets}:password}`,
    b: `\${dir:${secrets}:.hidden}`,
    c: `\${dir:${secrets}:link}`,
  }),
  'a file that the directory does not have': files({ a: `\${dir:${secrets}:none}`, b: `\${dir:${secrets}:below}` }),
  'a name that leads out of the directory': files({ a: `\${dir:${secrets}:../other/outside.properties}` }),
  'a directory that there is not': files({ a: `\${dir:${secrets}/none:x}`, b: `\${dir:${file}:x}` }),
  'allowed paths': files({
    'config.providers.file.param.allowed.paths': `${other},${secrets}/`,
    'config.providers.dir.param.allowed.paths': file,
    a: `\${file:${file}:partitions}`,
    b: `\${file:${other}/../secrets/./broker.properties:partitions}`,
    c: `\${dir:${secrets}:password}`,
  }),
  'paths that are not allowed': files({
    'config.providers.file.param.allowed.paths': secrets,
    'config.providers.dir.param.allowed.paths': join(secrets, 'below'),
    a: `\${file:${other}/outside.properties:partitions}`,
    b: `\${file:${secrets}/../other/outside.properties:partitions}`,
    c: `\${file:${directory}/secrets-too/beside.properties:partitions}`,
    d: `\${dir:${secrets}:password}`,
    e: `\${file:${secrets}/link:partitions}`,
  }),
  'a relative path to be allowed': files({ 'config.providers.file.param.allowed.paths': 'secrets' }),
  'a path to be allowed that there is not': files({ 'config.providers.dir.param.allowed.paths': `${secrets}/none` }),
}

interface Outcome {
  readonly entries?: Given
  readonly error?: string
}

function outcomeOf(given: Given): Outcome {
  try {
    const { properties } = resolveVariables(new Map(Object.entries(given)), new NodeValueSources())
    return { entries: Object.fromEntries(properties) }
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return { error: error.message }
  }
}

describe('variables in a configuration', () => {
  test('are filled in as Kafka does it', { skip: skipWithout('java') }, async () => {
    const given = Object.entries(cases)
    const verdicts = await askKafka(given.map(([, properties]) => ({ ask: 'resolve', properties })))
    for (const [index, [says, properties]] of given.entries()) {
      const { entries, error } = verdicts[index]!
      assert.deepEqual(outcomeOf(properties), error === undefined ? { entries } : { error }, says)
    }
  })

  test('are of the environment, of files, or of directories', () => {
    const resolved = (says: string) => outcomeOf(cases[says]!).entries
    assert.equal(resolved('a variable of the environment')?.['b'], 'x11yother')
    assert.equal(resolved('values of a file')?.['b'], 'Dvořák Antonín')
    assert.equal(resolved('whole files')?.['a'], 'hunter2\n')
    assert.equal(resolved('a name that is not allowed')?.['a'], `\${env:OTTLA_OTHER}`)
  })

  test('stay what they are where their path is not allowed, and a line says so', () => {
    const given = cases['paths that are not allowed']!
    const { properties, warnings } = resolveVariables(new Map(Object.entries(given)), new NodeValueSources())
    for (const key of ['a', 'b', 'c', 'd']) assert.equal(properties.get(key), given[key])
    assert.deepEqual(warnings.slice(0, 1), [`The path ${other}/outside.properties is not allowed to be accessed`])
  })

  test('stop the start where their provider is a class that Ottla does not have', () => {
    const given = { 'config.providers': 'vault', 'config.providers.vault.class': 'com.example.VaultConfigProvider' }
    assert.equal(
      outcomeOf(given).error,
      'Invalid value com.example.VaultConfigProvider for configuration config.providers.vault.class: Could not load ' +
        'config provider class or one of its dependencies: Ottla runs no Java classes, and of Apache Kafka’s own it has '.replace(
          '’',
          "'",
        ) +
        'FileConfigProvider, DirectoryConfigProvider, EnvVarConfigProvider',
    )
    assert.equal(outcomeOf({ ...given, 'config.providers': '' }).error, undefined)
  })

  test('stop the start where only Java knows the expression that allows names', () => {
    for (const pattern of ['\\QX\\E', '(?i)x', '(']) {
      const given = env({ 'config.providers.env.param.allowlist.pattern': pattern })
      assert.match(
        outcomeOf(given).error ?? '',
        /allowlist\.pattern: it is no regular expression that Ottla understands$/,
      )
    }
  })

  test('are values of keys like any others', () => {
    const given = env({ 'num.partitions': `\${env:OTTLA_TEST_COUNT}` })
    const { config, warnings } = loadConfig(new Map(Object.entries(given)), new NodeValueSources())
    assert.equal(config.get('num.partitions'), 11)
    assert.deepEqual(warnings, [])
    assert.throws(
      () =>
        loadConfig(
          new Map(Object.entries({ ...given, 'num.partitions': `\${env:OTTLA_TEST_NO_SUCH}` })),
          new NodeValueSources(),
        ),
      /Invalid value \$\{env:OTTLA_TEST_NO_SUCH\} for configuration num\.partitions: Not a number of type INT/,
    )
  })
})
