import type { LoggerLevels, LogLevel } from '../ports.ts'
import { StartupError } from '../startup-error.ts'
import type { Terminal } from './terminal.ts'

/** log4j's names of levels, and the nearest that there is. */
const levels: ReadonlyMap<string, LogLevel> = new Map<string, LogLevel>([
  ...(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const).map((level): [string, LogLevel] => [level, level]),
  ['ALL', 'TRACE'],
  ['OFF', 'FATAL'],
])

const rootVariable = 'KAFKA_LOG4J_ROOT_LOGLEVEL'
const loggersVariable = 'KAFKA_LOG4J_LOGGERS'

/**
 * Sets what `KAFKA_LOG4J_ROOT_LOGLEVEL` and `KAFKA_LOG4J_LOGGERS` (`kafka.network=DEBUG,kafka.log=WARN`) ask for, as
 * Kafka's image does. Who watches a terminal is greeted and need not read the log: there it begins at WARN. Throws a
 * `StartupError`.
 */
export function setLogLevels(loggerLevels: LoggerLevels, { environment, isInteractive }: Terminal): void {
  const root = environment[rootVariable]?.trim() || (isInteractive ? 'WARN' : 'INFO')
  loggerLevels.setLevel('root', levelOf(root, rootVariable))
  for (const entry of (environment[loggersVariable] ?? '').split(',')) {
    if (entry.trim() === '') continue
    const [name = '', level = ''] = entry.split('=').map(part => part.trim())
    if (name === '') throw mistaken(entry, loggersVariable)
    loggerLevels.setLevel(name, levelOf(level, loggersVariable, entry))
  }
}

function levelOf(text: string, variable: string, entry = text): LogLevel {
  const level = levels.get(text.toUpperCase())
  if (level === undefined) throw mistaken(entry, variable)
  return level
}

function mistaken(text: string, variable: string): StartupError {
  const form = variable === loggersVariable ? 'logger=LEVEL, where LEVEL is' : 'one of'
  return new StartupError(`Invalid value ${text} for ${variable}: expected ${form} ${[...levels.keys()].join(', ')}`)
}
