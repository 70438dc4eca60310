import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setLogLevels } from '../../src/cli/log-levels.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { LineLoggers } from '../../src/platform/line-loggers.ts'
import { NodeClock } from '../../src/platform/node-clock.ts'
import { StartupError } from '../../src/startup-error.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

type Environment = Readonly<Record<string, string>>

/** The level in force for any logger, and the lines that were written meanwhile. */
async function logFor(environment: Environment, isInteractive = false, files: Environment = {}) {
  const lines: string[] = []
  const loggers = new LineLoggers(new NodeClock(), line => lines.push(line))
  const disk = new MemoryDisk()
  for (const [path, text] of Object.entries(files)) disk.put(path, Buffer.from(text))
  await setLogLevels({ loggers, loggerLevels: loggers }, { environment, isInteractive } as unknown as Terminal, disk)
  const levelOf = (name: string) => {
    if (name !== 'root') loggers.named(name)
    return loggers.levels().get(name)
  }
  return { loggers, levelOf, lines }
}

describe('the log of a node', () => {
  it('begins at INFO, and at WARN on a terminal, which is greeted', async () => {
    const log = await logFor({ KAFKA_LOG4J_ROOT_LOGLEVEL: '' })
    for (const name of ['root', 'kafka.server.KafkaRaftServer', 'org.apache.kafka.x']) {
      assert.equal(log.levelOf(name), 'INFO')
      assert.equal((await logFor({}, true)).levelOf(name), 'WARN')
    }
  })

  it('has the levels that the variables of the image ask for, terminal or not', async () => {
    const environment = {
      KAFKA_LOG4J_ROOT_LOGLEVEL: 'error',
      KAFKA_LOG4J_LOGGERS: 'kafka.log=OFF, kafka.network = ALL,',
    }
    for (const isInteractive of [false, true]) {
      const { levelOf } = await logFor(environment, isInteractive)
      assert.equal(levelOf('root'), 'ERROR')
      assert.equal(levelOf('kafka.log'), 'FATAL')
      assert.equal(levelOf('kafka.network'), 'TRACE')
    }
  })

  it('keeps the level of the root from the loggers of Kafka, as the configuration that Kafka comes with', async () => {
    const { levelOf } = await logFor({ KAFKA_LOG4J_ROOT_LOGLEVEL: 'ERROR' })
    assert.equal(levelOf('kafka.server.KafkaRaftServer'), 'INFO')
    assert.equal(levelOf('ottla.Seed'), 'ERROR')
  })

  it('has the loggers of that configuration, whose levels may be taken away', async () => {
    const { loggers } = await logFor({})
    loggers.setLevel('kafka', undefined)
    assert.ok(loggers.has('kafka') && loggers.has('org.apache.kafka') && loggers.has('kafka.request.logger'))
  })

  const yaml = `
Configuration:
  Properties: { Property: [{ name: x, value: y }] }
  Appenders: { Console: { name: STDOUT } }
  Loggers:
    Root: { level: WARN, AppenderRef: [{ ref: STDOUT }] }
    Logger:
      - { name: kafka, level: ERROR }
      - { name: kafka.network, level: debug }
      - { name: kafka.log, level: OFF }
`
  const json = '{"configuration":{"loggers":{"root":{"level":"WARN"},"logger":{"name":"kafka","level":"ERROR"}}}}'
  const version2 = 'rootLogger = WARN, STDOUT\nlogger.a.name = kafka\nlogger.a.level = ERROR\n'
  const version1 = 'log4j.rootLogger=WARN, stdout\nlog4j.logger.kafka=ERROR, stdout\nlog4j.additivity.kafka=false\n'
  for (const [name, option, text] of [
    ['log4j2.yaml', '-Dlog4j2.configurationFile=', yaml],
    ['log4j2.yml', '-Xmx1g -Dlog4j2.configurationFile=file:', yaml],
    ['log4j2.json', '-Dlog4j.configurationFile=', json],
    ['log4j2.properties', '-Dlog4j2.configurationFile=file://', version2],
    ['log4j.properties', '-Dlog4j.configuration=file:', version1],
  ] as const) {
    it(`has the levels of ${name} that ${option} names, and nothing else of it`, async () => {
      for (const variable of ['KAFKA_LOG4J_OPTS', 'KAFKA_OPTS']) {
        const environment = { [variable]: `${option}/etc/kafka/${name}` }
        const { levelOf, lines } = await logFor(environment, false, { [`/etc/kafka/${name}`]: text })
        assert.equal(levelOf('root'), 'WARN')
        assert.equal(levelOf('kafka.server'), 'ERROR')
        assert.equal(levelOf('org.apache.kafka'), 'WARN')
        assert.equal(levelOf('kafka.network'), text === yaml ? 'DEBUG' : 'ERROR')
        assert.equal(levelOf('kafka.log'), text === yaml ? 'FATAL' : 'ERROR')
        assert.deepEqual(lines, [])
      }
    })
  }

  it('gives the variables the last word', async () => {
    const environment = {
      KAFKA_LOG4J_OPTS: '-Dlog4j2.configurationFile=/log4j2.yaml',
      KAFKA_LOG4J_ROOT_LOGLEVEL: 'TRACE',
      KAFKA_LOG4J_LOGGERS: 'kafka.log=INFO',
    }
    const { levelOf } = await logFor(environment, false, { '/log4j2.yaml': yaml })
    assert.deepEqual([levelOf('root'), levelOf('kafka.log'), levelOf('kafka')], ['TRACE', 'INFO', 'ERROR'])
  })

  it('says in one line why it takes nothing of a file, or not all', async () => {
    const warned = async (path: string, files: Environment = {}) => {
      const { lines, levelOf } = await logFor({ KAFKA_LOG4J_OPTS: `-Dlog4j2.configurationFile=${path}` }, false, files)
      assert.equal(lines.length, 1)
      return [lines[0]!.slice(lines[0]!.indexOf(' WARN ') + 6), levelOf('root')]
    }
    assert.deepEqual(await warned('/none.yaml'), [
      'Of the configuration of log4j /none.yaml nothing is taken: there is no such file (kafka.Kafka)',
      'INFO',
    ])
    assert.deepEqual(await warned('/log4j2.xml', { '/log4j2.xml': '<Configuration/>' }), [
      'Of the configuration of log4j /log4j2.xml nothing is taken: levels are read from YAML, JSON and properties (kafka.Kafka)',
      'INFO',
    ])
    assert.match((await warned('/a.yaml', { '/a.yaml': 'Configuration: {' }))[0]!, /^Of the .* nothing is taken: /)
    const loud = 'Configuration: { Loggers: { Root: { level: LOUD } } }'
    assert.deepEqual(await warned('/a.yaml', { '/a.yaml': loud }), [
      '/a.yaml gives root the level LOUD, which is none (kafka.Kafka)',
      'INFO',
    ])
  })

  for (const [variable, value] of [
    ['KAFKA_LOG4J_ROOT_LOGLEVEL', 'LOUD'],
    ['KAFKA_LOG4J_LOGGERS', 'kafka.log'],
    ['KAFKA_LOG4J_LOGGERS', 'kafka.log=LOUD'],
    ['KAFKA_LOG4J_LOGGERS', '=INFO'],
  ] as const) {
    it(`is refused ${variable}=${value} in one line that says what is possible`, async () => {
      await assert.rejects(
        logFor({ [variable]: value }),
        (error: Error) =>
          error instanceof StartupError &&
          error.message.startsWith(`Invalid value ${value} for ${variable}: expected `) &&
          error.message.includes('DEBUG'),
      )
    })
  }
})
