import { assert } from '../assertion.ts'
import type { Clock, Logger, LoggerLevels, Loggers, LogLevel } from '../ports.ts'

/** log4j's order; a logger at a level lets through that level and what is more severe. */
const severity: Readonly<Record<LogLevel, number>> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 }

export const rootLoggerName = 'root'

/** Writes one line, without its end. */
export type LineSink = (line: string) => void

/**
 * Loggers whose lines look like Kafka's: `[2026-11-23 04:15:33,123] INFO started (kafka.server.KafkaServer)`, in the
 * machine's time zone. An exception's stack follows in lines of its own, as in Java.
 */
export class LineLoggers implements Loggers, LoggerLevels {
  readonly #clock: Clock
  readonly #sink: LineSink
  readonly #loggers = new Map<string, LineLogger>()
  readonly #own = new Map<string, LogLevel>()

  constructor(clock: Clock, sink: LineSink, rootLevel: LogLevel = 'INFO') {
    this.#clock = clock
    this.#sink = sink
    this.#own.set(rootLoggerName, rootLevel)
  }

  named(name: string): Logger {
    let logger = this.#loggers.get(name)
    if (logger === undefined) {
      logger = new LineLogger(name, this.#clock, this.#sink)
      logger.level = this.#levelInForce(name)
      this.#loggers.set(name, logger)
    }
    return logger
  }

  levels(): ReadonlyMap<string, LogLevel> {
    const levels = new Map<string, LogLevel>([[rootLoggerName, this.#own.get(rootLoggerName)!]])
    for (const name of [...this.#own.keys(), ...this.#loggers.keys()]) levels.set(name, this.#levelInForce(name))
    return levels
  }

  has(name: string): boolean {
    return this.#loggers.has(name) || this.#own.has(name)
  }

  setLevel(name: string, level: LogLevel | undefined): void {
    if (level === undefined) {
      assert(name !== rootLoggerName, 'the root logger always has a level')
      this.#own.delete(name)
    } else this.#own.set(name, level)
    for (const [loggerName, logger] of this.#loggers) logger.level = this.#levelInForce(loggerName)
  }

  #levelInForce(name: string): LogLevel {
    for (let ancestor = name; ancestor !== ''; ancestor = ancestor.slice(0, Math.max(0, ancestor.lastIndexOf('.')))) {
      const level = this.#own.get(ancestor)
      if (level !== undefined) return level
    }
    return this.#own.get(rootLoggerName)!
  }
}

class LineLogger implements Logger {
  level: LogLevel = 'INFO'
  readonly #name: string
  readonly #clock: Clock
  readonly #sink: LineSink

  constructor(name: string, clock: Clock, sink: LineSink) {
    this.#name = name
    this.#clock = clock
    this.#sink = sink
  }

  isEnabled(level: LogLevel): boolean {
    return severity[level] >= severity[this.level]
  }

  debug(message: string): void {
    this.#log('DEBUG', message, undefined)
  }

  info(message: string): void {
    this.#log('INFO', message, undefined)
  }

  warn(message: string, cause?: unknown): void {
    this.#log('WARN', message, cause)
  }

  error(message: string, cause?: unknown): void {
    this.#log('ERROR', message, cause)
  }

  #log(level: LogLevel, message: string, cause: unknown): void {
    if (!this.isEnabled(level)) return
    // Whatever a client put into the message stays within its line.
    const text = message.replace(/[\r\n]+/g, ' ')
    const stack = cause === undefined ? '' : `\n${stackOf(cause)}`
    this.#sink(`[${timestamp(new Date(this.#clock.nowMs()))}] ${level} ${text} (${this.#name})${stack}`)
  }
}

function stackOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const own = cause.stack ?? cause.message
  return cause.cause === undefined ? own : `${own}\nCaused by: ${stackOf(cause.cause)}`
}

/** log4j's ISO8601. */
function timestamp(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${time},${String(date.getMilliseconds()).padStart(3, '0')}`
}
