import type { Disk, LoggerLevels, Loggers, LogLevel } from '../ports.ts'
import { StartupError } from '../startup-error.ts'
import { type GivenLevels, log4jFileOf, readLog4jConfiguration } from './log4j-configuration.ts'
import type { Terminal } from './terminal.ts'

/** log4j's names of levels, and the nearest that there is. */
const levels: ReadonlyMap<string, LogLevel> = new Map<string, LogLevel>([
  ...(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const).map((level): [string, LogLevel] => [level, level]),
  ['ALL', 'TRACE'],
  ['OFF', 'FATAL'],
])

const rootVariable = 'KAFKA_LOG4J_ROOT_LOGLEVEL'
const loggersVariable = 'KAFKA_LOG4J_LOGGERS'
/** What would be a JVM's options. */
const optionsVariables = ['KAFKA_LOG4J_OPTS', 'KAFKA_OPTS'] as const

/**
 * The loggers of the `log4j2.yaml` that Kafka comes with. Those of Kafka have levels of their own there: what
 * `KAFKA_LOG4J_ROOT_LOGLEVEL` says does not keep back the lines that others wait for.
 */
const levelsOfKafka: GivenLevels = new Map([
  ['root', 'INFO'],
  ['kafka', 'INFO'],
  ['org.apache.kafka', 'INFO'],
  ['kafka.request.logger', 'WARN'],
  ['kafka.network.RequestChannel$', 'WARN'],
  ['org.apache.kafka.controller', 'INFO'],
  ['org.apache.kafka.storage.internals.log.LogCleaner', 'INFO'],
  ['org.apache.kafka.storage.internals.log.LogCleaner$CleanerThread', 'INFO'],
  ['org.apache.kafka.storage.internals.log.Cleaner', 'INFO'],
  ['state.change.logger', 'INFO'],
  ['kafka.authorizer.logger', 'INFO'],
])

/** Who watches a terminal is greeted and need not read the log: there it begins at WARN. */
const levelsOnTerminal: GivenLevels = new Map([...levelsOfKafka.keys()].map(name => [name, 'WARN']))

export interface Log {
  readonly loggers: Loggers
  readonly loggerLevels: LoggerLevels
}

/**
 * Sets the levels that a configuration of log4j asks for which `KAFKA_LOG4J_OPTS` names, else those of Kafka's own; and
 * over them `KAFKA_LOG4J_ROOT_LOGLEVEL` and `KAFKA_LOG4J_LOGGERS` (`kafka.network=DEBUG,kafka.log=WARN`), as Kafka's image
 * does. Throws a `StartupError` for a variable that makes no sense; of a file that makes none a line tells.
 */
export async function setLogLevels(log: Log, { environment, isInteractive }: Terminal, disk: Disk): Promise<void> {
  const root = environment[rootVariable]?.trim() ?? ''
  const unset = isInteractive && root === '' ? levelsOnTerminal : levelsOfKafka
  const set = (name: string, level: LogLevel) => {
    // It is there then, though its level be taken away again.
    if (name !== 'root') log.loggers.named(name)
    log.loggerLevels.setLevel(name, level)
  }
  for (const [name, level] of unset) set(name, levels.get(level)!)
  const options = optionsVariables.map(variable => environment[variable] ?? '').join(' ')
  const file = log4jFileOf(options)
  if (file !== undefined) await applyFile(file, log, set, disk)
  if (root !== '') set('root', levelOf(root, rootVariable))
  for (const entry of (environment[loggersVariable] ?? '').split(',')) {
    if (entry.trim() === '') continue
    const [name = '', level = ''] = entry.split('=').map(part => part.trim())
    if (name === '') throw mistaken(entry, loggersVariable)
    set(name, levelOf(level, loggersVariable, entry))
  }
}

async function applyFile(
  file: string,
  { loggers, loggerLevels }: Log,
  set: (name: string, level: LogLevel) => void,
  disk: Disk,
): Promise<void> {
  const { levels: given, fault } = await readLog4jConfiguration(file, disk)
  const warn = (text: string) => loggers.named('kafka.Kafka').warn(text)
  if (fault !== undefined) {
    warn(`Of the configuration of log4j ${file} nothing is taken: ${fault}`)
    return
  }
  // It takes the place of Kafka's own, whose loggers go by their ancestors then.
  for (const name of levelsOfKafka.keys()) if (name !== 'root') loggerLevels.setLevel(name, undefined)
  for (const [name, text] of given) {
    const level = levels.get(text.trim().toUpperCase())
    if (level === undefined) warn(`${file} gives ${name} the level ${text}, which is none`)
    else set(name === '' ? 'root' : name, level)
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
