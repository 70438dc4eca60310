import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCommandLine } from '../../src/cli/arguments.ts'

describe('the command line', () => {
  it('starts a node, with or without saying so', () => {
    const bare = {
      name: 'start',
      start: { file: undefined, overrides: new Map(), clusterId: undefined, seed: undefined, readsEnvironment: true },
    }
    assert.deepEqual(parseCommandLine([]), bare)
    assert.deepEqual(parseCommandLine(['start']), bare)
  })

  it('takes a file, overrides, a cluster id and a seed, in any order', () => {
    const expected = {
      name: 'start',
      start: {
        file: 'server.properties',
        overrides: new Map([
          ['num.partitions', '3'],
          ['listeners', 'A://:1,B://:2'],
        ]),
        clusterId: 'abc',
        seed: 'seed.yaml',
        readsEnvironment: true,
      },
    }
    const listeners = '--override=listeners=A://:1,B://:2'
    const options = ['--override', 'num.partitions=2', listeners, '--cluster-id', 'abc', '--seed', 'seed.yaml']
    assert.deepEqual(parseCommandLine(['server.properties', ...options, '--override', 'num.partitions=3']), expected)
    assert.deepEqual(
      parseCommandLine(['start', ...options, 'server.properties', '--override=num.partitions=3']),
      expected,
    )
  })

  it('shows help and version', () => {
    assert.deepEqual(parseCommandLine(['--help']), { name: 'help' })
    assert.deepEqual(parseCommandLine(['start', '--version']), { name: 'version' })
  })

  const mistakes: [commandLine: string[], message: RegExp][] = [
    [['--bogus'], /^Unknown option '--bogus' \(see ottla --help\)$/],
    [['--override'], /^Option '--override <value>' argument missing/],
    [['--override', 'novalue'], /^Invalid override 'novalue': expected key=value/],
    [['one.properties', 'two.properties'], /^unexpected argument 'two\.properties'/],
  ]
  for (const [commandLine, message] of mistakes) {
    it(`answers ${commandLine.join(' ')} with one line`, () => {
      const command = parseCommandLine(commandLine)
      assert.equal(command.name, 'mistaken')
      assert.match((command as { message: string }).message, message)
    })
  }
})
