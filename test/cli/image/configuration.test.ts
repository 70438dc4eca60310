import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { imageConfiguration } from '../../../src/cli/image/configuration.ts'
import { imageLayouts } from '../../../src/cli/image/layout.ts'
import { parsePropertiesFile } from '../../../src/config/properties.ts'
import { StartupError } from '../../../src/startup-error.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'

type Files = Readonly<Record<string, string>>
type Variables = Readonly<Record<string, string>>

const defaultFile = '/etc/kafka/docker/server.properties'
const mountedFile = '/mnt/shared/config/server.properties'
const defaults: Files = { [defaultFile]: '# The defaults.\nlisteners=PLAINTEXT://:9092\nlog.dirs=/tmp/default\n' }

async function configured(layoutName: 'kafka' | 'confluent', environment: Variables, files: Files = defaults) {
  const disk = new MemoryDisk()
  for (const [path, text] of Object.entries(files)) {
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    await disk.replaceFile(path, new TextEncoder().encode(text))
  }
  const layout = imageLayouts.find(({ name }) => name === layoutName)!
  const { bytes, remarks } = await imageConfiguration(layout, environment, disk)
  return { text: new TextDecoder('latin1').decode(bytes), properties: parsePropertiesFile(bytes), remarks }
}

function refusedBecause(message: RegExp) {
  return (error: unknown) => error instanceof StartupError && message.test(error.message)
}

describe('the configuration of the image', () => {
  it('is the defaults, to the letter, when nothing else is said', async () => {
    const { text } = await configured('kafka', { CLUSTER_ID: 'x', KAFKA_HEAP_OPTS: '-Xmx1g', KAFKA_VERSION: '4' })
    assert.equal(text, defaults[defaultFile])
  })

  it('replaces the defaults by the environment, which then has to say everything', async () => {
    const { properties } = await configured('kafka', { KAFKA_LISTENERS: 'A://:1', KAFKA_LOG_DIRS: '/data' })
    assert.deepEqual(Object.fromEntries(properties), { listeners: 'A://:1', 'log.dirs': '/data' })
  })

  it('says what Kafka takes for listeners and log directories that nobody names', async () => {
    const { properties } = await configured('kafka', { KAFKA_NUM_PARTITIONS: '3' })
    const added = { listeners: 'PLAINTEXT://:9092', 'log.dirs': '/tmp/kafka-logs' }
    assert.deepEqual(Object.fromEntries(properties), { 'num.partitions': '3', ...added })
    const controller = await configured('kafka', { KAFKA_PROCESS_ROLES: 'controller', KAFKA_LOG_DIR: '/one' })
    assert.deepEqual(Object.fromEntries(controller.properties), { 'process.roles': 'controller', 'log.dir': '/one' })
    const confluent = await configured('confluent', {})
    const ofConfluent = { listeners: 'PLAINTEXT://:9092', 'log.dirs': '/var/lib/kafka/data' }
    assert.deepEqual(Object.fromEntries(confluent.properties), ofConfluent)
  })

  it('puts the environment after a mounted file, and keeps the file as it is', async () => {
    const mounted = 'num.partitions = 1\nlog.dirs=/mounted\nlisteners=A://:1'
    const files = { ...defaults, [mountedFile]: mounted }
    const { text, properties } = await configured('kafka', { KAFKA_NUM_PARTITIONS: '3' }, files)
    assert.equal(text, `${mounted}\nnum.partitions=3\n`)
    assert.equal(properties.get('num.partitions'), '3')
    assert.equal((await configured('kafka', {}, files)).text, mounted)
  })

  const names: [layout: 'kafka' | 'confluent', variable: string, key: string | undefined][] = [
    ['kafka', 'KAFKA_ABC_DEF', 'abc.def'],
    ['kafka', 'KAFKA_ABC__DEF', 'abc_def'],
    ['kafka', 'KAFKA_ABC___DEF', 'abc-def'],
    ['kafka', 'KAFKA_LISTENER_NAME_KAFKA_SSL_X', 'listener.name.kafka.ssl.x'],
    ['kafka', 'KAFKA_LISTENER_NAME_SECURE_SCRAM-SHA-512_X', 'listener.name.secure.scram-sha-512.x'],
    ['kafka', 'KAFKA_JMX_HOSTNAME', undefined],
    ['kafka', 'CONFLUENT_METRICS', undefined],
    ['confluent', 'KAFKA_ABC_DEF', 'abc.def'],
    ['confluent', 'KAFKA_ABC__DEF', 'abc-def'],
    ['confluent', 'KAFKA_ABC___DEF', 'abc_def'],
    ['confluent', 'KAFKA_LISTENER_NAME_SECURE_SCRAM-SHA-512_X', 'listener.name.secure.scram-sha-512.x'],
    ['confluent', 'KAFKA_REST_LISTENERS', undefined],
    ['confluent', 'KAFKA_LOG4J_LOGGERS', undefined],
  ]
  for (const [layout, variable, key] of names) {
    it(`makes ${key ?? 'nothing'} of ${variable} in ${layout}'s layout`, async () => {
      const { properties } = await configured(layout, { [variable]: 'value', KAFKA_A: 'other' })
      const expected = new Set(['a', 'listeners', 'log.dirs', ...(key === undefined ? [] : [key])])
      assert.deepEqual(new Set(properties.keys()), expected)
      if (key !== undefined) assert.equal(properties.get(key), 'value')
    })
  }

  it('keeps a value that Latin-1 cannot say', async () => {
    const { properties } = await configured('kafka', { KAFKA_BROKER_RACK: 'Praha – Ořechovka 🌰' })
    assert.equal(properties.get('broker.rack'), 'Praha – Ořechovka 🌰')
  })

  it('listens on every interface at the ports that are advertised', async () => {
    const advertised = 'PLAINTEXT://broker:29092,HOST://localhost:9092'
    const { properties } = await configured('kafka', { KAFKA_ADVERTISED_LISTENERS: advertised })
    assert.equal(properties.get('listeners'), 'PLAINTEXT://0.0.0.0:29092,HOST://0.0.0.0:9092')
    const given = { KAFKA_ADVERTISED_LISTENERS: advertised, KAFKA_LISTENERS: 'X://:1' }
    assert.equal((await configured('confluent', given)).properties.get('listeners'), 'X://:1')
  })

  it('refuses advertised listeners of a controller, and forgets empty ones', async () => {
    const controller = { KAFKA_PROCESS_ROLES: 'controller' }
    await assert.rejects(
      configured('kafka', { ...controller, KAFKA_ADVERTISED_LISTENERS: 'A://a:1' }),
      refusedBecause(/^KAFKA_ADVERTISED_LISTENERS is not supported on a KRaft controller\.$/),
    )
    const { properties } = await configured('kafka', { ...controller, KAFKA_ADVERTISED_LISTENERS: '' })
    assert.equal(properties.has('advertised.listeners'), false)
    assert.equal(properties.has('listeners'), false)
  })

  it("refuses what Confluent's images no longer take", async () => {
    for (const [variable, key] of [
      ['KAFKA_ADVERTISED_PORT', 'advertised.port'],
      ['KAFKA_ADVERTISED_HOST', 'advertised.host'],
      ['KAFKA_HOST', 'host'],
      ['KAFKA_PORT', 'port'],
    ] as const) {
      await assert.rejects(configured('confluent', { [variable]: '1' }), refusedBecause(new RegExp(`^${key} is dep`)))
    }
  })

  it('says which variable or file an encrypted listener lacks, one after the other', async () => {
    const files: Record<string, string> = { ...defaults }
    const environment: Record<string, string> = {
      KAFKA_ADVERTISED_LISTENERS: 'SASL_SSL://a:1',
      KAFKA_SSL_CLIENT_AUTH: 'required',
      KAFKA_OPTS: '-Djava.security.auth.login.config=/etc/kafka/secrets/jaas.conf',
    }
    const steps: [variable: string, file: string, content: string][] = [
      ['KAFKA_SSL_KEYSTORE_FILENAME', 'key.jks', ''],
      ['KAFKA_SSL_KEY_CREDENTIALS', 'key-password', 'one\n'],
      ['KAFKA_SSL_KEYSTORE_CREDENTIALS', 'store-password', 'two'],
      ['KAFKA_SSL_TRUSTSTORE_FILENAME', 'trust.jks', ''],
      ['KAFKA_SSL_TRUSTSTORE_CREDENTIALS', 'trust-password', 'three\n\n'],
    ]
    for (const [variable, file, content] of steps) {
      const unset = refusedBecause(new RegExp(`^${variable} environment variable not set$`))
      await assert.rejects(configured('kafka', environment, files), unset)
      environment[variable] = file
      const path = `/etc/kafka/secrets/${file}`
      await assert.rejects(
        configured('kafka', environment, files),
        refusedBecause(new RegExp(`^${path} file does not`)),
      )
      files[path] = content
    }
    const { properties } = await configured('kafka', environment, files)
    assert.equal(properties.get('ssl.keystore.location'), '/etc/kafka/secrets/key.jks')
    assert.equal(properties.get('ssl.key.password'), 'one')
    assert.equal(properties.get('ssl.keystore.password'), 'two')
    assert.equal(properties.get('ssl.truststore.location'), '/etc/kafka/secrets/trust.jks')
    assert.equal(properties.get('ssl.truststore.password'), 'three')
  })

  it('wants a JAAS file for SASL, and says so', async () => {
    const sasl = { KAFKA_ADVERTISED_LISTENERS: 'SASL_PLAINTEXT://a:1' }
    await assert.rejects(configured('kafka', sasl), refusedBecause(/^KAFKA_OPTS environment variable not set$/))
    const { remarks } = await configured('kafka', { ...sasl, KAFKA_OPTS: '-Dx=y' })
    const advice = "KAFKA_OPTS should contain 'java.security.auth.login.config' property."
    assert.deepEqual(remarks, ['SASL is enabled.', advice])
  })

  it('says what was wanted of a JVM and has no effect, and tolerates what nobody misses', async () => {
    const missed = await configured('kafka', {
      KAFKA_JMX_PORT: '9101',
      KAFKA_OPTS: '-Djava.security.auth.login.config=/etc/kafka/secrets/jaas.conf',
    })
    assert.deepEqual(missed.remarks, [
      'KAFKA_JMX_PORT has no effect: without a JVM there is no JMX.',
      'The JAAS file that KAFKA_OPTS names has no effect: Ottla has no SASL yet, and refuses a listener that is to have it.',
    ])
    const tolerated = await configured('kafka', {
      KAFKA_HEAP_OPTS: '-Xmx1g',
      KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseG1GC',
      KAFKA_GC_LOG_OPTS: '-Xlog:gc',
      KAFKA_JMX_OPTS: '-Dcom.sun.management.jmxremote',
      KAFKA_JMX_HOSTNAME: 'localhost',
      KAFKA_OPTS: '-javaagent:/opt/agent.jar=7071',
    })
    assert.deepEqual(tolerated.remarks, [])
    assert.equal(tolerated.text, defaults[defaultFile])
  })
})
