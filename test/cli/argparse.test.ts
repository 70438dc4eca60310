import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ArgparseError, parseArgparse } from '../../src/cli/argparse.ts'
import { argparseHelp } from '../../src/cli/argparse-help.ts'
import { argparseUsage } from '../../src/cli/argparse-usage.ts'
import { toolOfCommands } from '../../src/cli/tool.ts'

const help = { help: { aliases: ['h'], help: 'shows this' } } as const
const shape = { program: 'kafka-tool' }
const call = { shape, common: help }

const tool = toolOfCommands({
  options: {},
  argparse: shape,
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
      exclusive: [{ names: ['once', 'twice'] }],
    },
    forget: { summary: 'loses everything', options: {} },
  },
  examples: [],
  run: async () => ({ lines: [] }),
})

/** One that wants to know something before its command. */
const asking = toolOfCommands({
  options: {
    config: { argument: 'file', metavar: 'FILE', help: 'a file' },
    broker: { argument: 'host', aliases: ['b'], help: 'a broker' },
    controller: { argument: 'host', help: 'a controller' },
  },
  exclusive: [{ names: ['broker', 'controller'], isRequired: true }],
  argparse: { program: 'kafka-asking', commandsTitle: 'commands' },
  commands: {
    show: {
      summary: 'shows one',
      options: {
        id: { argument: 'id', type: 'short', isRequired: true, help: 'which one' },
        much: { group: 'More', help: 'shows much of it, at such a length that one line of seventy-five is not enough' },
      },
    },
  },
  examples: [],
  run: async () => ({ lines: [] }),
})
const askingCall = { shape: asking.argparse!, common: help }

const parse = (...words: string[]) => parseArgparse(tool, call, words)

function refusal(...words: string[]): ArgparseError {
  return refused(() => parse(...words))
}

function refused(parse: () => unknown): ArgparseError {
  try {
    parse()
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

  it('is refused for what is missing before its command only when all of the rest is right', () => {
    const message = (line: string) => refused(() => parseArgparse(asking, askingCall, line.split(' '))).message
    assert.equal(message('show'), 'one of the arguments --broker/-b --controller is required')
    assert.equal(message('show --nothing'), "unrecognized arguments: '--nothing'")
    assert.equal(message('--broker x show'), 'argument --id is required')
    assert.equal(message('--broker x show --broker x --id 1'), "unrecognized arguments: '--broker'")
    assert.equal(message('--broker x --controller y'), 'argument --controller: not allowed with argument --broker/-b')
    assert.equal(
      message('--broker x show --id 32768'),
      `argument --id: could not convert '32768' to Short (Value out of range. Value:"32768" Radix:10)`,
    )
  })

  it('may have everything after its command under our own name', () => {
    const lenient = { ...askingCall, isLenient: true }
    const given = parseArgparse(asking, lenient, ['show', '--id', '7', '-b', 'x'])
    assert.deepEqual([given.command, given.integer('id'), given.text('broker')], ['show', 7, 'x'])
    const message = refused(() => parseArgparse(asking, lenient, ['show', '--id', '7'])).message
    assert.equal(message, 'one of the arguments --broker/-b --controller is required')
  })

  it('that is nearly right is told what is right', () => {
    assert.deepEqual(refusal('formt').candidates, ['format', 'forget'].slice(0, 1))
    assert.deepEqual(refusal('format', '--onec').candidates, ['--once'])
    assert.deepEqual(refusal('format', '--quite-something-else').candidates, [])
  })
})

it('a usage names what is required without brackets and breaks between options', () => {
  assert.deepEqual(argparseUsage(tool, call), ['usage: kafka-tool [-h] {format,forget} ...'])
  assert.deepEqual(argparseUsage(tool, call, 'format'), [
    'usage: kafka-tool format [-h] --config CONFIG [--feature FEATURE] [--force]',
    '                  [--once | --twice TWICE]',
  ])
  assert.deepEqual(argparseUsage(asking, askingCall, 'show'), [
    'usage: kafka-asking (--broker BROKER | --controller CONTROLLER) show [-h]',
    '                    --id ID [--much]',
  ])
})

it('a help has the sections of argparse4j', () => {
  assert.deepEqual(argparseHelp(asking, 'Asks', askingCall), [
    'usage: kafka-asking [-h] [--config FILE] (--broker BROKER |',
    '                    --controller CONTROLLER) COMMAND ...',
    '',
    'Asks.',
    '',
    'optional arguments:',
    '  -h, --help             shows this',
    '  --config FILE          a file',
    '  --broker BROKER, -b BROKER',
    '                         a broker',
    '  --controller CONTROLLER',
    '                         a controller',
    '',
    'commands:',
    '  COMMAND',
    '    show                 shows one',
  ])
  assert.deepEqual(argparseHelp(asking, 'Asks', askingCall, 'show').slice(2), [
    '',
    'optional arguments:',
    '  -h, --help             shows this',
    '  --id ID                which one',
    '',
    'More:',
    '  --much                 shows much of it, at such a length that one line',
    '                         of seventy-five is not enough',
  ])
  assert.deepEqual(argparseHelp(tool, 'Works', call).slice(4, 8), [
    'positional arguments:',
    '  {format,forget}',
    '    format',
    '    forget               loses everything',
  ])
})
