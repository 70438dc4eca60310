import type { OptionSpec } from './option-table.ts'
import type { Paint } from './terminal.ts'
import { allOptions, type Tool } from './tool.ts'

const width = 100
const optionColumn = 38

/** The help of one tool: what it does, its options, and command lines worth imitating. */
export function toolUsage(
  tool: Tool,
  {
    command,
    summary,
    isKafkaName,
  }: { readonly command: string; readonly summary: string; readonly isKafkaName: boolean },
  paint: Paint,
): string[] {
  const isOfCluster = 'bootstrap-server' in allOptions(tool)
  // Kafka's tools have to be told which cluster is meant.
  const cluster = isKafkaName && isOfCluster ? ' --bootstrap-server localhost:9092' : ''
  const heading = (text: string) => paint('bold', text)
  return [
    `${heading('Usage:')} ${command}${tool.commands === undefined ? '' : ' <command>'} [options]`,
    '',
    ...wrapped(`${summary}.`, 0),
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
    ...tool.examples.flatMap(([intent, line]) => [
      paint('dim', `  # ${intent}`),
      `  ${command} ${line}${cluster}`.trimEnd(),
    ]),
    ...(isKafkaName || !isOfCluster ? [] : ['', ...wrapped(localBroker, 0)]),
  ]
}

const localBroker =
  'Without --bootstrap-server the cluster is the one that OTTLA_BOOTSTRAP_SERVER names, or else localhost:9092.'

function optionLines(name: string, { argument, help, isArgumentOptional, aliases = [] }: OptionSpec): string[] {
  const names = [...aliases, name].map(known => (known.length === 1 ? `-${known}` : `--${known}`)).join(', ')
  const head = `  ${names}${argument === undefined ? '' : isArgumentOptional ? ` [<${argument}>]` : ` <${argument}>`}`
  const [first = '', ...rest] = wrapped(help, optionColumn)
  if (head.length > optionColumn - 2) return [head, first, ...rest]
  return [head.padEnd(optionColumn) + first.trimStart(), ...rest]
}

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = []
  let line = ' '.repeat(indent)
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length + 1 > width) {
      lines.push(line)
      line = ' '.repeat(indent)
    }
    line += line.trim() === '' ? word : ` ${word}`
  }
  return [...lines, line]
}
