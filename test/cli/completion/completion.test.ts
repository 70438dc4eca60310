import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parseCommandLine } from '../../../src/cli/arguments.ts'
import { completionScript } from '../../../src/cli/completion/completion.ts'
import { completionModel } from '../../../src/cli/completion/completion-model.ts'
import { ownCommands, shells } from '../../../src/cli/own-commands.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ottla-completion-'))
  for (const shell of shells) {
    await writeFile(join(directory, `script.${shell}`), (await completionScript(shell)).join('\n'))
  }
  await writeFile(join(directory, 'server.properties'), '')
})
after(() => rm(directory, { recursive: true, force: true }))

/** What each shell offers where the last word is being written. */
const offers: readonly [commandLine: string, offered: readonly string[], not: readonly string[]][] = [
  ['ottla ', ['start', 'topics', 'consume', 'completion'], ['kafka-topics']],
  ['ottla to', ['topics'], ['start']],
  ['ottla completion ', ['bash', 'zsh', 'fish'], []],
  ['ottla topics --par', ['--partitions', '--partition-size-limit-per-response'], ['--topic']],
  ['ottla topics --o', ['--output'], []],
  ['ottla topics --list --output j', ['json'], ['table']],
  ['ottla topics --create --config retention.m', ['retention.ms='], ['num.partitions=']],
  ['ottla start --override num.par', ['num.partitions='], []],
  ['ottla start server', ['server.properties'], []],
  ['ottla cluster ', ['cluster-id', 'list-endpoints'], ['describe']],
  ['ottla metadata-quorum describe --r', ['--replication'], []],
  ['ottla configs --describe --entity-type broker', ['brokers', 'broker-loggers'], ['topics']],
  ['kafka-topics --cr', ['--create'], []],
  ['ottla consume --command-config ser', ['server.properties'], []],
]

describe('completion in bash', { skip: isThere('bash') ? false : 'there is no bash' }, () => {
  for (const [commandLine, offered, not] of offers) {
    it(`offers ${offered.join(', ')} after ${JSON.stringify(commandLine)}`, () => {
      assertOffered(inBash(commandLine.split(' ')), offered, not)
    })
  }

  it('knows an argument that stands behind an equals sign, which bash makes a word of its own', () => {
    assert.deepEqual(inBash(['ottla', 'topics', '--output', '=', 'j']), ['json'])
    assert.deepEqual(inBash(['ottla', 'topics', '--output', '=']), ['table', 'json', 'kafka'])
  })

  it("offers what Kafka's tool does not know under no name of Kafka's", () => {
    assert.deepEqual(inBash(['kafka-topics.sh', '--out']), [])
    assert.deepEqual(inBash(['/opt/kafka/bin/kafka-topics.sh', '--lis']), ['--list'])
  })

  it('offers nothing where a name has to be thought of', () => {
    assert.deepEqual(inBash(['ottla', 'topics', '--topic', '']), [])
  })

  function inBash(words: readonly string[]): string[] {
    const program = `source script.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ottla; printf '%s\\n' "\${COMPREPLY[@]}"`
    const output = execFileSync('bash', ['-c', program, 'bash', ...words], { cwd: directory, encoding: 'utf8' })
    return output.split('\n').filter(word => word !== '')
  }
})

describe('completion in fish', { skip: isThere('fish') ? false : 'there is no fish' }, () => {
  for (const [commandLine, offered, not] of offers) {
    it(`offers ${offered.join(', ')} after ${JSON.stringify(commandLine)}`, () => {
      const program = `source script.fish; complete -C '${commandLine}'`
      const output = execFileSync('fish', ['--no-config', '-c', program], { cwd: directory, encoding: 'utf8' })
      assertOffered(
        output.split('\n').map(line => line.split('\t')[0]!),
        offered,
        not,
      )
    })
  }
})

describe('completion in zsh', { skip: isThere('zsh') ? false : 'there is no zsh' }, () => {
  it('is a script that zsh understands, and defines', () => {
    const program =
      'autoload -U compinit && compinit -u -D && source ./script.zsh && print $_comps[ottla] $_comps[kafka-topics]'
    const output = execFileSync('zsh', ['-f', '-c', program], { cwd: directory, encoding: 'utf8' })
    assert.equal(output, '_ottla _ottla\n')
  })

  it('offers the options of the command that was chosen, and the commands where none was', () => {
    const specs = (...words: string[]) => {
      const stubs =
        'compdef() {}; _arguments() { print -rl -- "$@" }; source ./script.zsh; service=$1; words=("$@"); _ottla'
      return execFileSync('zsh', ['-f', '-c', stubs, 'zsh', ...words], { cwd: directory, encoding: 'utf8' })
    }
    assert.match(specs('kafka-metadata-quorum', 'describe', '--r'), /^\*--replication\[/m)
    assert.match(specs('kafka-metadata-quorum', 'describe', '--r'), /^\*--command-config\[.*:file:_files$/m)
    assert.doesNotMatch(specs('kafka-metadata-quorum', ''), /--replication/)
    assert.match(specs('kafka-metadata-quorum', ''), /_describe command subcommands/)
    assert.match(specs('kafka-topics', '--cr'), /^\*--create\[Creates the topic\.\]$/m)
  })
})

describe('what is completed', () => {
  it('is every option of every command, with its help', async () => {
    const { commands } = await completionModel()
    for (const { name, options, subcommands } of commands) {
      for (const option of [...options, ...subcommands.flatMap(subcommand => subcommand.options)]) {
        assert.ok(option.help !== '', `${name} ${option.names[0]}`)
      }
    }
  })

  for (const { name, options, words } of ownCommands) {
    it(`is what ottla ${name} understands`, () => {
      const word = words === 'files' ? [] : words.slice(0, 1)
      for (const [option, { argument }] of Object.entries(options)) {
        const command = parseCommandLine([name, ...word, `--${option}`, ...(argument === undefined ? [] : ['a=b'])])
        assert.notEqual(command.name, 'mistaken', option)
      }
      for (const one of words === 'files' ? ['server.properties'] : words) {
        assert.notEqual(parseCommandLine([name, one]).name, 'mistaken', one)
      }
    })
  }
})

function isThere(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0
}

function assertOffered(actual: readonly string[], offered: readonly string[], not: readonly string[]): void {
  for (const word of offered) assert.ok(actual.includes(word), `${word} is missing among ${actual.join(' ')}`)
  for (const word of not) assert.ok(!actual.includes(word), `${word} is offered`)
}
