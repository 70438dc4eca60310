import type { CompletedArgument, CompletedCommand, CompletedOption, CompletionModel } from './completion-model.ts'

/** A script for zsh: `source <(ottla completion zsh)`, or a file named `_ottla` in a directory of `$fpath`. */
export function zshCompletion({ commands, keys }: CompletionModel): string[] {
  const kafkaNames = commands.filter(({ isKafkas }) => isKafkas).map(({ name }) => name)
  return [
    `#compdef ottla ${kafkaNames.join(' ')}`,
    '# Completes the command line of ottla in zsh. Put this into ~/.zshrc, below compinit:',
    '#   source <(ottla completion zsh)',
    '',
    ...Object.entries(keys).flatMap(([name, words]) => [
      `_ottla_${name}() {`,
      `  local -a keys=(${words.join(' ')})`,
      "  compadd -S '=' -a keys",
      '}',
    ]),
    '',
    '_ottla() {',
    `  local state tool=\${service%.sh}`,
    '  local -a commands subcommands',
    '  if [[ $tool == ottla ]]; then',
    "    _arguments -C '1: :->command' '*:: :->arguments' && return",
    '    if [[ $state == command ]]; then',
    '      commands=(',
    ...commands
      .filter(({ isKafkas }) => !isKafkas)
      .map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}`),
    '      )',
    '      _describe command commands',
    '      return',
    '    fi',
    '    tool=$words[1]',
    '  fi',
    '  case $tool in',
    ...commands.flatMap(command => commandCase(command).map(line => `    ${line}`)),
    '  esac',
    '}',
    '',
    '# Sourced, and not found in $fpath.',
    `if [[ $zsh_eval_context[-1] != loadautofunc ]]; then compdef _ottla ottla ${kafkaNames.join(' ')}; else _ottla "$@"; fi`,
  ]
}

function commandCase({ name, options, subcommands, words }: CompletedCommand): string[] {
  if (subcommands.length > 0) {
    return [
      `${name})`,
      `  case \${\${(M)words:#(${subcommands.map(subcommand => subcommand.name).join('|')})}[1]} in`,
      ...subcommands.map(
        subcommand =>
          `    ${subcommand.name}) _arguments ${optionSpecs([...options, ...subcommand.options])} '1:command:(${subcommand.name})' ;;`,
      ),
      '    *)',
      '      subcommands=(',
      ...subcommands.map(subcommand => `        ${quoted(`${subcommand.name}:${subcommand.summary}`)}`),
      '      )',
      `      _arguments ${optionSpecs(options)} '*: :{_describe command subcommands}'`,
      '      ;;',
      '  esac',
      '  ;;',
    ]
  }
  const rest = words === 'files' ? " '*: :_files'" : words.length === 0 ? '' : ` ${quoted(`*: :(${words.join(' ')})`)}`
  return [`${name}) _arguments ${optionSpecs(options)}${rest} ;;`]
}

function optionSpecs(options: readonly CompletedOption[]): string {
  return options
    .flatMap(({ names, help, argument }) =>
      names.map(name =>
        quoted(`*${name}[${help.replaceAll(/[[\]\\]/g, '\\$&')}]${argument === undefined ? '' : spec(argument)}`),
      ),
    )
    .join(' ')
}

function spec({ label, of }: CompletedArgument): string {
  const message = `:${label.replaceAll(':', '\\:')}:`
  if (of === 'anything') return message
  if (of === 'files') return `${message}_files`
  return of === 'brokerKeys' || of === 'topicKeys' ? `${message}_ottla_${of}` : `${message}(${of.join(' ')})`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
