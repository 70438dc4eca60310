import type { CompletedArgument, CompletedCommand, CompletedOption, CompletionModel } from './completion-model.ts'

/** A script for fish: `ottla completion fish | source`, or a file in `~/.config/fish/completions`. */
export function fishCompletion({ commands, keys }: CompletionModel): string[] {
  return [
    '# Completes the command line of ottla in fish. Put this into ~/.config/fish/config.fish:',
    '#   ottla completion fish | source',
    '',
    ...Object.entries(keys).map(([name, words]) => `set -g __ottla_${name} ${words.map(word => `${word}=`).join(' ')}`),
    '',
    'complete -c ottla -f',
    ...commands.flatMap(command => (command.isKafkas ? ofKafkas(command) : ofOttla(command))),
  ]
}

function ofOttla(command: CompletedCommand): string[] {
  const { name, summary } = command
  return [
    `complete -c ottla -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...lines(command, 'complete -c ottla', [`__fish_seen_subcommand_from ${name}`]),
  ]
}

function ofKafkas(command: CompletedCommand): string[] {
  return [`complete -c ${command.name} -f`, ...lines(command, `complete -c ${command.name}`, [])]
}

function lines({ options, subcommands, words }: CompletedCommand, complete: string, seen: readonly string[]): string[] {
  const on = (...more: readonly string[]) => {
    const conditions = [...seen, ...more]
    return conditions.length === 0 ? complete : `${complete} -n ${quoted(conditions.join('; and '))}`
  }
  const names = subcommands.map(({ name }) => name).join(' ')
  return [
    ...(words === 'files' ? [`${on()} -F`] : words.length === 0 ? [] : [`${on()} -a ${quoted(words.join(' '))}`]),
    ...options.map(option => `${on()} ${flags(option)}`),
    ...subcommands.flatMap(({ name, summary, options: more }) => [
      `${on(`not __fish_seen_subcommand_from ${names}`)} -a ${name} -d ${quoted(summary)}`,
      ...more.map(option => `${on(`__fish_seen_subcommand_from ${name}`)} ${flags(option)}`),
    ]),
  ]
}

function flags({ names, help, argument }: CompletedOption): string {
  const known = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  return [...known, ...(argument === undefined ? [] : [takes(argument)]), `-d ${quoted(help)}`].join(' ')
}

function takes({ of }: CompletedArgument): string {
  if (of === 'anything') return '-x'
  if (of === 'files') return '-rF'
  return of === 'brokerKeys' || of === 'topicKeys' ? `-xa "$__ottla_${of}"` : `-xa ${quoted(of.join(' '))}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
