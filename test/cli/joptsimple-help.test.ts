import assert from 'node:assert/strict'
import { it } from 'node:test'
import { joptsimpleHelp } from '../../src/cli/joptsimple-help.ts'

it('a help has the two columns of joptsimple, in alphabetical order', () => {
  const lines = joptsimpleHelp({
    list: { help: 'Lists them.' },
    count: { argument: 'of partitions that there shall be', type: 'integer', help: 'How many.' },
    'compression-codec': {
      argument: 'codec',
      isArgumentOptional: true,
      help: 'none, gzip (what it is without a word), snappy, lz4 or zstd.',
    },
  })
  assert.deepEqual(lines, [
    'Option                                   Description',
    '------                                   -----------',
    '--compression-codec [String: codec]      none, gzip (what it is without a word),',
    '                                           snappy, lz4 or zstd.',
    '--count <Integer: of partitions that     How many.',
    '  there shall be>',
    '--list                                   Lists them.',
  ])
})

it('a help marks what must be given, and is no wider than it has to be', () => {
  assert.deepEqual(joptsimpleHelp({ to: { argument: 'x', isRequired: true, help: 'Where.' }, a: { help: 'A.' } }), [
    'Option (* = required)  Description',
    '---------------------  -----------',
    '--a                    A.',
    '* --to <String: x>     Where.',
  ])
})
