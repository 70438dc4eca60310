import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseOptions } from '../../src/cli/option-table.ts'
import { UsageError } from '../../src/cli/usage-error.ts'

const table = {
  list: { help: '' },
  topic: { argument: 'name', help: '' },
  partitions: { argument: 'count', type: 'integer', help: '' },
  offset: { argument: 'offset', type: 'long', help: '', aliases: ['o'] },
} as const

const parse = (...commandLine: string[]) => parseOptions(table, commandLine)
const refusal = (message: string) => (error: unknown) => error instanceof UsageError && error.message === message

describe('a command line', () => {
  it('may give an argument after a space or an equals sign', () => {
    assert.equal(parse('--topic', 'a').text('topic'), 'a')
    assert.equal(parse('--topic=a=b').text('topic'), 'a=b')
    assert.equal(parse('-o', '3').integer('offset'), 3)
  })

  it('may give an argument that begins with a dash', () => {
    assert.equal(parse('--topic', '--list').text('topic'), '--list')
    assert.equal(parse('--partitions', '-1').integer('partitions'), -1)
  })

  it('may write a long name with one dash', () => {
    assert.equal(parse('-list', '-topic', 'a').text('topic'), 'a')
  })

  it('may repeat an option where every argument is wanted, and not where one is', () => {
    const given = parse('--topic', 'a', '--topic', 'b')
    assert.deepEqual(given.texts('topic'), ['a', 'b'])
    assert.throws(
      () => given.text('topic'),
      refusal('Found multiple arguments for option topic, but you asked for only one'),
    )
  })

  it('is refused with an option that is unknown or lacks its argument', () => {
    assert.throws(() => parse('--nothing'), refusal('nothing is not a recognized option'))
    assert.throws(() => parse('--topic'), refusal('Option topic requires an argument'))
  })

  for (const text of ['three', '', '1.5', '2147483648', '-2147483649']) {
    it(`is refused where an int32 shall be ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parse('--partitions', text).integer('partitions'),
        refusal(`Cannot parse argument '${text}' of option partitions`),
      )
    })
  }

  it('may give an int64 where one is asked for', () => {
    assert.equal(parse('--offset', '4294967296').integer('offset'), 4_294_967_296)
    assert.throws(() => parse('--offset', '9223372036854775808').integer('offset'), UsageError)
  })

  it('tells which options are missing, and which exclude each other', () => {
    assert.throws(() => parse('--list').require('list', 'topic'), refusal('Missing required argument "[topic]"'))
    assert.throws(
      () => parse('--list', '--topic', 'a').forbid('topic', 'list'),
      refusal('Option "[topic]" can\'t be used with option "[list]"'),
    )
  })
})
