import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineLoggers } from '../../src/platform/line-loggers.ts'
import { ManualClock } from '../timers/manual-clock.ts'

function loggers() {
  const lines: string[] = []
  return { lines, loggers: new LineLoggers(new ManualClock(), line => lines.push(line)) }
}

describe('loggers', () => {
  it("write lines in the form of Kafka's", () => {
    const { lines, loggers: all } = loggers()
    all.named('kafka.server.KafkaServer').info('started')
    assert.match(lines[0]!, /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] INFO started \(kafka\.server\.KafkaServer\)$/)
  })

  it('keep a message with line breaks on its line', () => {
    const { lines, loggers: all } = loggers()
    all.named('a').warn('one\r\n[2026] INFO forged (x)')
    assert.match(lines[0]!, / WARN one \[2026\] INFO forged \(x\) \(a\)$/)
  })

  it('put stack and causes of an error below its line', () => {
    const { lines, loggers: all } = loggers()
    all.named('a').error('failed', new Error('outer', { cause: new Error('inner') }))
    assert.match(lines[0]!, /ERROR failed \(a\)\nError: outer\n {4}at [\s\S]*\nCaused by: Error: inner\n {4}at /)
  })

  it('take the level of the nearest ancestor, and follow when it changes', () => {
    const { lines, loggers: all } = loggers()
    const logger = all.named('kafka.server.ReplicaManager')
    logger.debug('unseen')
    all.setLevel('kafka.server', 'DEBUG')
    logger.debug('seen')
    all.setLevel('kafka.server.ReplicaManager', 'ERROR')
    logger.warn('unseen')
    all.setLevel('kafka.server.ReplicaManager', undefined)
    all.setLevel('root', 'WARN')
    logger.debug('seen too')
    assert.deepEqual(
      lines.map(line => /(?:DEBUG|WARN) (.*) \(/.exec(line)![1]),
      ['seen', 'seen too'],
    )
    assert.deepEqual(Object.fromEntries(all.levels()), {
      root: 'WARN',
      'kafka.server': 'DEBUG',
      'kafka.server.ReplicaManager': 'DEBUG',
    })
  })
})
