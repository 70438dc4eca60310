import type { CompletedArgument, CompletedCommand, CompletedOption, CompletionModel } from './completion-model.ts'

/** A script for bash, from 3.2 on, that needs nothing else: `source <(ottla completion bash)`. */
export function bashCompletion({ commands, keys }: CompletionModel): string[] {
  const kafkas = commands.filter(({ isKafkas }) => isKafkas).map(({ name }) => name)
  const own = commands.filter(({ isKafkas }) => !isKafkas).map(({ name }) => name)
  return [
    '# Completes the command line of ottla in bash. Put this into ~/.bashrc:',
    '#   source <(ottla completion bash)',
    '',
    ...Object.entries(keys).map(([name, words]) => `_ottla_${name}=${quoted(words.map(word => `${word}=`).join(' '))}`),
    '',
    '_ottla_words() {',
    '  COMPREPLY=($(compgen -W "$1" -- "$cur"))',
    '}',
    '',
    '_ottla_keys() {',
    '  COMPREPLY=($(compgen -W "$1" -- "$cur"))',
    '  compopt -o nospace 2>/dev/null',
    '}',
    '',
    '_ottla_files() {',
    "  local IFS=$'\\n'",
    '  COMPREPLY=($(compgen -f -- "$cur"))',
    '  compopt -o filenames 2>/dev/null',
    '}',
    '',
    '_ottla() {',
    `  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} first=1 subcommand= options= word`,
    '  COMPREPLY=()',
    '  # `--name=value` arrives as three words.',
    '  if [[ $cur == = ]]; then',
    '    cur=',
    '  elif [[ $prev == = ]]; then',
    `    prev=\${COMP_WORDS[COMP_CWORD - 2]}`,
    '  fi',
    `  word=\${COMP_WORDS[0]##*/}`,
    `  case \${word%.sh} in`,
    `    ${kafkas.join(' | ')}) command=\${word%.sh} first=0 ;;`,
    '  esac',
    '  if ((COMP_CWORD <= first)); then',
    `    _ottla_words ${quoted(['--help', '--version', ...own].join(' '))}`,
    '    return',
    '  fi',
    '  case $command in',
    ...commands.flatMap(command => indented(2, commandCase(command))),
    '    *) _ottla_files ;;',
    '  esac',
    '}',
    '',
    `complete -F _ottla ${['ottla', ...kafkas, ...kafkas.map(name => `${name}.sh`)].join(' ')}`,
  ]
}

function commandCase({ name, options, subcommands, words }: CompletedCommand): string[] {
  const all = [...options, ...subcommands.flatMap(subcommand => subcommand.options)]
  const others =
    subcommands.length > 0
      ? [`[[ -n $subcommand ]] || _ottla_words ${quoted(subcommands.map(subcommand => subcommand.name).join(' '))}`]
      : words === 'files'
        ? ['_ottla_files']
        : [`_ottla_words ${quoted(words.join(' '))}`]
  return [
    `${name})`,
    ...indented(1, [
      'case $prev in',
      ...indented(1, argumentCases(all)),
      'esac',
      `options=${quoted(optionNames(options))}`,
      ...(subcommands.length === 0 ? [] : subcommandCases(subcommands)),
      'if [[ $cur == -* ]]; then',
      '  _ottla_words "$options"',
      'else',
      ...indented(1, others),
      'fi',
      ';;',
    ]),
  ]
}

/** What is written already decides which options there are. */
function subcommandCases(subcommands: CompletedCommand['subcommands']): string[] {
  return [
    `for word in "\${COMP_WORDS[@]:first + 1:COMP_CWORD - first - 1}"; do`,
    '  case $word in',
    ...subcommands.map(
      ({ name, options }) => `    ${name}) subcommand=$word options+=${quoted(` ${optionNames(options)}`)} ;;`,
    ),
    '  esac',
    'done',
  ]
}

/** Options of several subcommands may have one name: the first is as good as any. */
function argumentCases(options: readonly CompletedOption[]): string[] {
  const seen = new Set<string>()
  return options.flatMap(({ names, argument }) => {
    const fresh = names.filter(name => !seen.has(name))
    for (const name of fresh) seen.add(name)
    if (argument === undefined || fresh.length === 0) return []
    return [`${fresh.join(' | ')}) ${argumentWords(argument)}return ;;`]
  })
}

function argumentWords({ of }: CompletedArgument): string {
  if (of === 'anything') return ''
  if (of === 'files') return '_ottla_files; '
  return of === 'brokerKeys' || of === 'topicKeys'
    ? `_ottla_keys "$_ottla_${of}"; `
    : `_ottla_words ${quoted(of.join(' '))}; `
}

function optionNames(options: readonly CompletedOption[]): string {
  return options.flatMap(({ names }) => names).join(' ')
}

function indented(levels: number, lines: readonly string[]): string[] {
  return lines.map(line => '  '.repeat(levels) + line)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
