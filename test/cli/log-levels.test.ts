import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setLogLevels } from '../../src/cli/log-levels.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { LineLoggers } from '../../src/platform/line-loggers.ts'
import { NodeClock } from '../../src/platform/node-clock.ts'
import { StartupError } from '../../src/startup-error.ts'

function levelsFor(environment: Record<string, string>, isInteractive = false): ReadonlyMap<string, string> {
  const loggers = new LineLoggers(new NodeClock(), () => {})
  setLogLevels(loggers, { environment, isInteractive } as unknown as Terminal)
  return loggers.levels()
}

describe('the log of a node', () => {
  it('begins at INFO, and at WARN on a terminal, which is greeted', () => {
    assert.equal(levelsFor({}).get('root'), 'INFO')
    assert.equal(levelsFor({}, true).get('root'), 'WARN')
    assert.equal(levelsFor({ KAFKA_LOG4J_ROOT_LOGLEVEL: '' }).get('root'), 'INFO')
  })

  it('has the levels that the variables of the image ask for, terminal or not', () => {
    const environment = {
      KAFKA_LOG4J_ROOT_LOGLEVEL: 'info',
      KAFKA_LOG4J_LOGGERS: 'kafka.log=OFF, kafka.network = ALL,',
    }
    for (const isInteractive of [false, true]) {
      const levels = levelsFor(environment, isInteractive)
      assert.equal(levels.get('root'), 'INFO')
      assert.equal(levels.get('kafka.log'), 'FATAL')
      assert.equal(levels.get('kafka.network'), 'TRACE')
    }
  })

  for (const [variable, value] of [
    ['KAFKA_LOG4J_ROOT_LOGLEVEL', 'LOUD'],
    ['KAFKA_LOG4J_LOGGERS', 'kafka.log'],
    ['KAFKA_LOG4J_LOGGERS', 'kafka.log=LOUD'],
    ['KAFKA_LOG4J_LOGGERS', '=INFO'],
  ] as const) {
    it(`is refused ${variable}=${value} in one line that says what is possible`, () => {
      assert.throws(
        () => levelsFor({ [variable]: value }),
        (error: Error) =>
          error instanceof StartupError &&
          error.message.startsWith(`Invalid value ${value} for ${variable}: expected `) &&
          error.message.includes('DEBUG'),
      )
    })
  }
})
