import type { OptionTable } from './option-table.ts'

/** Where a broker is that was started without any configuration. */
const localBroker = 'localhost:9092'
const variable = 'OTTLA_BOOTSTRAP_SERVER'

/**
 * Completes a command line of Ottla's own that names no cluster: it means the one of `OTTLA_BOOTSTRAP_SERVER`, or the
 * broker of this machine. Kafka's tools want to be told.
 */
export function withBootstrapServer(
  commandLine: readonly string[],
  options: OptionTable,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const bootstrap = options['bootstrap-server']
  if (bootstrap === undefined || commandLine.length === 0) return commandLine
  const names = ['bootstrap-server', 'bootstrap-controller'].flatMap(name => [name, ...(options[name]?.aliases ?? [])])
  const isAnswered = commandLine.some(argument =>
    [...names, 'help', 'h', 'version'].some(name => isOption(argument, name)),
  )
  return isAnswered ? commandLine : [...commandLine, '--bootstrap-server', environment[variable] || localBroker]
}

function isOption(argument: string, name: string): boolean {
  return [`-${name}`, `--${name}`].some(option => argument === option || argument.startsWith(`${option}=`))
}
