import { ConfigError } from '../../config/config-error.ts'
import { ConfigSource } from '../../config/config-source.ts'
import type { DescribedConfig } from '../../config/describe-configs.ts'
import { InvalidConfigRequest } from '../../config/validate-change.ts'
import { AlterConfigOp } from '../../controller/requests.ts'
import type { LoggerLevels, LogLevel } from '../../ports.ts'

const levels = ['DEBUG', 'ERROR', 'FATAL', 'INFO', 'TRACE', 'WARN'] as const satisfies readonly LogLevel[]

/** Kafka trips over an operation it does not know where a logger is concerned: UNKNOWN_SERVER_ERROR, without a word. */
export class UnknownOperation extends Error {
  override readonly name = 'UnknownOperation'
}

export interface LoggerChange {
  readonly name: string
  readonly configOperation: number
  readonly value: string | null
}

/**
 * Changes the levels of loggers, all or none (`RuntimeLoggerManager`). They last as long as the process. Throws
 * `ConfigError` for a logger or level there is not, `InvalidConfigRequest` for what cannot be asked.
 */
export function alterLoggerLevels(
  loggers: LoggerLevels,
  changes: readonly LoggerChange[],
  validateOnly: boolean,
): void {
  for (const change of changes) check(loggers, change)
  if (validateOnly) return
  for (const { name, configOperation, value } of changes) {
    loggers.setLevel(name, configOperation === AlterConfigOp.SET ? levels.find(level => level === value) : undefined)
  }
}

function check(loggers: LoggerLevels, { name, configOperation, value }: LoggerChange): void {
  switch (configOperation) {
    case AlterConfigOp.SET:
      requireLogger(loggers, name)
      if (!levels.some(level => level === value)) {
        throw new ConfigError(
          `Cannot set the log level of ${name} to ${value} as it is not a supported log level. Valid log levels are ` +
            levels.join(', '),
        )
      }
      return
    case AlterConfigOp.DELETE:
      requireLogger(loggers, name)
      if (name === 'root') throw new InvalidConfigRequest('Removing the log level of the root logger is not allowed')
      return
    case AlterConfigOp.APPEND:
      throw new InvalidConfigRequest('APPEND operation is not allowed for the BROKER_LOGGER resource')
    case AlterConfigOp.SUBTRACT:
      throw new InvalidConfigRequest('SUBTRACT operation is not allowed for the BROKER_LOGGER resource')
    default:
      throw new UnknownOperation()
  }
}

function requireLogger(loggers: LoggerLevels, name: string): void {
  if (!loggers.has(name)) throw new ConfigError(`Logger ${name} does not exist!`)
}

/** The name of a BROKER_LOGGER resource is the id of the node whose loggers are meant. */
export function checkLoggerNodeId(name: string, nodeId: number): void {
  if (!/^[-+]?[0-9]+$/.test(name)) throw new InvalidConfigRequest(`Node id must be an integer, but it is: ${name}`)
  if (Number(name) !== nodeId) {
    throw new InvalidConfigRequest(`Unexpected node id. Expected ${nodeId}, but received ${Number(name)}`)
  }
}

/** Every logger with the level in force for it, its own or its ancestor's. */
export function describeLoggers(loggers: LoggerLevels, wanted: readonly string[] | null): DescribedConfig[] {
  const isWanted = (name: string) => wanted === null || wanted.length === 0 || wanted.includes(name)
  return [...loggers.levels()]
    .filter(([name]) => isWanted(name))
    .map(([name, value]) => ({
      name,
      value,
      source: ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG,
      readOnly: false,
      isSensitive: false,
      synonyms: [],
      configType: 0,
      documentation: null,
    }))
}
