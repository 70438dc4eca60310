import { parseProperties } from '../config/properties.ts'
import { type Disk, DiskError } from '../ports.ts'

/** The levels that a configuration of log4j gives, by the names of loggers; `root` for that of all. As they are written. */
export type GivenLevels = ReadonlyMap<string, string>

/** What else such a file may hold, such as appenders and layouts, has no effect: Ottla's log is its output. */
export interface Log4jConfiguration {
  readonly levels: GivenLevels
  /** Why nothing was read of it. */
  readonly fault: string | undefined
}

/** The file that a JVM would be told of: `-Dlog4j2.configurationFile=…`, or log4j 1's `-Dlog4j.configuration=…`. */
export function log4jFileOf(options: string): string | undefined {
  const given = /-Dlog4j2?\.configuration(?:File)?=(\S+)/i.exec(options)?.[1]
  return given?.replace(/^file:(?:\/\/)?/, '')
}

export async function readLog4jConfiguration(path: string, disk: Disk): Promise<Log4jConfiguration> {
  try {
    const text = new TextDecoder().decode(await disk.readFile(path))
    if (/\.(ya?ml|jso?n)$/i.test(path)) return { levels: await levelsOfTree(text), fault: undefined }
    if (/\.properties$/i.test(path)) return { levels: levelsOfProperties(text), fault: undefined }
    return { levels: new Map(), fault: 'levels are read from YAML, JSON and properties' }
  } catch (error) {
    const isMissing = error instanceof DiskError && error.code === 'ENOENT'
    const fault = isMissing ? 'there is no such file' : error instanceof Error ? error.message : String(error)
    return { levels: new Map(), fault: fault.split('\n')[0]! }
  }
}

/** `Configuration: Loggers: { Root: { level }, Logger: [{ name, level }] }`, in whatever case, as log4j 2 reads it. */
async function levelsOfTree(text: string): Promise<Map<string, string>> {
  const { parse } = await import('yaml')
  const loggers = child(child(parse(text), 'configuration'), 'loggers')
  const root = all(child(loggers, 'root'), child(loggers, 'asyncroot'))[0]
  const levels = new Map<string, string>([['root', levelOf(root) ?? unsetRootLevel]])
  for (const logger of all(child(loggers, 'logger'), child(loggers, 'asynclogger'))) {
    const name = child(logger, 'name')
    const level = levelOf(logger)
    if (typeof name === 'string' && level !== undefined) levels.set(name, level)
  }
  return levels
}

/** log4j 2's where a configuration says none. */
const unsetRootLevel = 'ERROR'

function child(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null) return undefined
  return Object.entries(node).find(([key]) => key.toLowerCase() === name)?.[1]
}

/** One of a kind stands without a list. */
function all(...nodes: readonly unknown[]): unknown[] {
  return nodes.flat().filter(node => node !== undefined)
}

function levelOf(node: unknown): string | undefined {
  const level = child(node, 'level')
  // YAML takes `OFF` for a word or for false, by its version.
  return level === false ? 'OFF' : typeof level === 'string' ? level : undefined
}

/** `logger.x.name=kafka`, `logger.x.level=DEBUG` and `rootLogger.level`; or log4j 1's `log4j.logger.kafka=DEBUG, STDOUT`. */
function levelsOfProperties(text: string): Map<string, string> {
  const properties = parseProperties(text)
  const word = (value: string) => value.split(',')[0]!.trim()
  const levels = new Map<string, string>([['root', unsetRootLevel]])
  for (const [key, value] of properties) {
    const ofVersion1 = /^log4j\.(?:logger|category)\.(.+)$/.exec(key)?.[1]
    const id = /^logger\.([^.]+)\.name$/.exec(key)?.[1]
    if (/^(rootLogger(\.level)?|log4j\.root(Logger|Category))$/.test(key)) levels.set('root', word(value))
    else if (ofVersion1 !== undefined) levels.set(ofVersion1, word(value))
    else if (id !== undefined) {
      const level = properties.get(`logger.${id}.level`) ?? properties.get(`logger.${id}`)
      if (level !== undefined) levels.set(value.trim(), word(level))
    }
  }
  return levels
}
