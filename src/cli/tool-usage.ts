import type { OptionSpec } from './option-table.ts'
import type { Paint } from './terminal.ts'
import { allOptions, type Tool } from './tool.ts'
import { wrapped } from './wrapped.ts'

const width = 100
const optionColumn = 38
const column = ' '.repeat(optionColumn)

/** The help of one of Ottla's tools: what it does, its options, and command lines worth imitating. */
export function toolUsage(
  tool: Tool,
  { command, summary }: { readonly command: string; readonly summary: string },
  paint: Paint,
): string[] {
  const isOfCluster = 'bootstrap-server' in allOptions(tool)
  const heading = (text: string) => paint('bold', text)
  return [
    `${heading('Usage:')} ${command}${tool.commands === undefined ? '' : ' <command>'} [options]`,
    '',
    ...wrapped(`${summary}.`, { width }),
    '',
    heading('Options:'),
    ...Object.entries(tool.options).flatMap(([name, spec]) => optionLines(name, spec)),
    ...Object.entries(tool.commands ?? {}).flatMap(([name, known]) => [
      '',
      heading(`${name}: ${known.summary}`),
      ...Object.entries(known.options).flatMap(([option, spec]) => optionLines(option, spec)),
    ]),
    '',
    heading('Examples:'),
    ...tool.examples.flatMap(([intent, line]) => [paint('dim', `  # ${intent}`), `  ${command} ${line}`.trimEnd()]),
    ...(!isOfCluster ? [] : ['', ...wrapped(localBroker, { width })]),
  ]
}

const localBroker =
  'Without --bootstrap-server the cluster is the one that OTTLA_BOOTSTRAP_SERVER names, or else localhost:9092.'

function optionLines(name: string, { argument, help, isArgumentOptional, aliases = [] }: OptionSpec): string[] {
  const names = [...aliases, name].map(known => (known.length === 1 ? `-${known}` : `--${known}`)).join(', ')
  const head = `  ${names}${argument === undefined ? '' : isArgumentOptional ? ` [<${argument}>]` : ` <${argument}>`}`
  const [first = '', ...rest] = wrapped(help, { width, firstIndent: column, indent: column })
  if (head.length > optionColumn - 2) return [head, first, ...rest]
  return [head.padEnd(optionColumn) + first.trimStart(), ...rest]
}
