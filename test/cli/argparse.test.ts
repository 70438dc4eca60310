import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ArgparseError, parseArgparse } from '../../src/cli/argparse.ts'
import { argparseUsage } from '../../src/cli/argparse-usage.ts'
import { toolOfCommands } from '../../src/cli/tool.ts'

const help = { help: { aliases: ['h'], help: '' } } as const

const tool = toolOfCommands({
  options: {},
  isArgparse: true,
  commands: {
    format: {
      summary: '',
      options: {
        config: { argument: 'file', aliases: ['c'], isRequired: true, help: '' },
        feature: { argument: 'level', aliases: ['f'], isRepeatable: true, help: '' },
        force: { aliases: ['g'], help: '' },
        once: { aliases: ['o'], help: '' },
        twice: { argument: 'n', help: '' },
      },
      exclusive: [['once', 'twice']],
    },
    forget: { summary: '', options: {} },
  },
  examples: [],
  run: async () => ({ lines: [] }),
})

const parse = (...words: string[]) => parseArgparse(tool, help, 'kafka-tool', words)

function refusal(...words: string[]): ArgparseError {
  try {
    parse(...words)
  } catch (error) {
    assert.ok(error instanceof ArgparseError, `${error}`)
    return error
  }
  throw new Error('the command line was taken')
}

describe('a command line that argparse takes apart', () => {
  it('may shorten commands and options to what is unambiguous', () => {
    const given = parse('form', '--conf=x', '--fea', 'a', '--feature=b')
    assert.equal(given.command, 'format')
    assert.equal(given.text('config'), 'x')
    assert.deepEqual(given.texts('feature'), ['a', 'b'])
  })

  it('may write short options together, with the argument of the last', () => {
    const given = parse('format', '-gocfile')
    assert.deepEqual([given.has('force'), given.has('once'), given.text('config')], [true, true, 'file'])
  })

  it('lets the last of several arguments count, unless all do', () => {
    assert.equal(parse('format', '-c', 'one', '-c', 'two').text('config'), 'two')
  })

  it('takes a number below zero for an argument, and other dashes for options', () => {
    assert.equal(parse('format', '-c', '-5').text('config'), '-5')
    assert.equal(refusal('format', '-c', '--force').message, 'argument --config/-c: expected one argument')
  })

  it('does not miss what is required where help is asked for', () => {
    assert.ok(parse('format', '--help').has('help'))
    assert.ok(parse('-h', 'nonsense').has('help'))
  })

  it('is refused in the words of argparse4j', () => {
    for (const [words, message] of [
      ['', 'too few arguments'],
      ['form -x', "unrecognized arguments: '-x'"],
      ['fo', 'ambiguous command: fo could match forget, format'],
      ['x', "invalid choice: 'x' (choose from 'format', 'forget')"],
      ['format', 'argument --config/-c is required'],
      ['format -c x more', "unrecognized arguments: 'more'"],
      ['format -c x --fo --f', 'ambiguous option: --f could match --feature, --force'],
      ['format -c x --force=1', "argument --force/-g: ignore implicit argument '1'"],
      ['format -c x --once --twice 2', 'argument --twice: not allowed with argument --once/-o'],
    ] as const) {
      assert.equal(refusal(...words.split(' ').filter(word => word !== '')).message, message)
    }
  })

  it('that is nearly right is told what is right', () => {
    assert.deepEqual(refusal('formt').candidates, ['format', 'forget'].slice(0, 1))
    assert.deepEqual(refusal('format', '--onec').candidates, ['--once'])
    assert.deepEqual(refusal('format', '--quite-something-else').candidates, [])
  })
})

it('a usage names what is required without brackets and breaks between options', () => {
  assert.deepEqual(argparseUsage('kafka-tool', help, tool.commands ?? {}), [
    'usage: kafka-tool [-h] {format,forget} ...',
  ])
  assert.deepEqual(argparseUsage('kafka-tool', help, tool.commands ?? {}, 'format'), [
    'usage: kafka-tool format [-h] --config CONFIG [--feature FEATURE] [--force]',
    '                  [--once | --twice TWICE]',
  ])
})
