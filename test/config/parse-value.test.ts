import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from '../../src/config/config-error.ts'
import { int, Password, password } from '../../src/config/config-key.ts'
import { doubleText, parseType, parseValue } from '../../src/config/parse-value.ts'
import { atLeast } from '../../src/config/validators.ts'
import { skipWithout } from '../support/require.ts'
import { askKafka } from './config-judge.ts'

const types = ['boolean', 'int', 'short', 'long', 'double', 'list', 'string'] as const

describe('the text of a value', () => {
  test('keeps every digit of a long, whose number saturates at 2^53', () => {
    const parsed = parseType('key', 'long', '9223372036854775807')
    assert.deepEqual(parsed, { value: 2 ** 53, text: '9223372036854775807' })
    assert.deepEqual(parseType('key', 'long', '-9223372036854775808').value, -(2 ** 53))
    assert.throws(() => parseType('key', 'long', '9223372036854775808'), {
      message: 'Invalid value 9223372036854775808 for configuration key: Not a number of type LONG',
    })
  })

  test('names key, value and what was expected when it is refused', () => {
    const row = int(1, atLeast(1)).high.honoured('…')
    assert.throws(() => parseValue('num.partitions', row, '0'), {
      name: 'ConfigError',
      message: 'Invalid value 0 for configuration num.partitions: Value must be at least 1',
    })
  })

  test('of a password does not print', () => {
    const { value } = parseValue('ssl.key.password', password().high.warns('security', '…'), ' secret ')
    assert.ok(value instanceof Password)
    assert.deepEqual([value.value, `${value}`], ['secret', '[hidden]'])
  })

  test('of a double has a fraction, and an exponent where Java writes one', () => {
    const expected = { 1: '1.0', 0: '0.0', 0.5: '0.5', 1e7: '1.0E7', 12345678.9: '1.23456789E7', 0.0001: '1.0E-4' }
    for (const [value, text] of Object.entries(expected)) assert.equal(doubleText(Number(value)), text)
    assert.equal(doubleText(Number.MAX_VALUE), '1.7976931348623157E308')
  })

  test('means for every type what Kafka makes of it', { skip: skipWithout('java') }, async () => {
    const number = fc.oneof(
      fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
      fc.integer().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }).map(value => value.toPrecision(6)),
      fc.constantFrom(
        '',
        '+5',
        '-0',
        '007',
        '1e3',
        '1.',
        '.5',
        '1f',
        '5d',
        'NaN',
        'Infinity',
        '-Infinity',
        '1_000',
        '0x10',
        '1,5',
      ),
    )
    const word = fc
      .array(fc.constantFrom('a', 'B', ',', ' ', '\t', '\u00a0', '\v', '1', '.', '-'), { maxLength: 10 })
      .map(all => all.join(''))
    const flag = fc.constantFrom('true', 'TRUE', ' False ', 'yes', '1', 'tRuE\n', 'true\u00a0')
    const text = fc
      .tuple(fc.constantFrom('', ' ', '\t'), fc.oneof(number, word, flag))
      .map(([blank, rest]) => blank + rest + blank)
    const questions = fc
      .sample(fc.record({ type: fc.constantFrom(...types), text }), { numRuns: 4000, seed: 431 })
      .map(({ type, text }) => ({ ask: 'value' as const, type: type.toUpperCase(), text }))
    const verdicts = await askKafka(questions)
    for (const [index, { type, text }] of questions.entries()) {
      const verdict = verdicts[index]!
      const ours = () => parseType('key', type.toLowerCase() as (typeof types)[number], text).text
      const asked = `${type} ${JSON.stringify(text)}`
      if (verdict.error !== undefined) assert.throws(ours, new ConfigError(verdict.error), asked)
      // Up to version 18 Java printed more digits of some doubles than it takes to tell them apart.
      else if (type === 'DOUBLE') assert.equal(Number(ours()), Number(verdict.text), asked)
      else assert.equal(ours(), verdict.text, asked)
    }
  })
})
