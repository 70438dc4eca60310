import { type Environment, environmentLines } from '../../config/environment.ts'
import { parsePropertiesFile } from '../../config/properties.ts'
import { type Disk, DiskError } from '../../ports.ts'
import { StartupError } from '../../startup-error.ts'
import type { ImageLayout } from './layout.ts'
import { required, secretVariables } from './secrets.ts'

export interface ImageConfiguration {
  /** The `server.properties` to start from: Latin-1, as Java reads it. */
  readonly bytes: Uint8Array
  /** Lines for whoever reads the container's output. */
  readonly remarks: readonly string[]
}

/**
 * What the scripts of Kafka's images make of the environment. Where there is a mounted file the environment comes after
 * it, else it replaces the defaults, which count only when there is neither. Throws a `StartupError` for what the
 * images refuse.
 */
export async function imageConfiguration(
  layout: ImageLayout,
  given: Environment,
  disk: Disk,
): Promise<ImageConfiguration> {
  const remarks: string[] = []
  for (const [name, reason] of layout.refused) if (isSet(given, name)) throw new StartupError(reason)
  const environment = { ...withListeners(given), ...(await secretVariables(given, disk)) }
  checkSasl(given, remarks)
  remarkJvm(given, remarks)

  const lines = environmentLines(environment, layout.keyOf)
  const mounted = layout.mountedFile === undefined ? undefined : await contents(layout.mountedFile, disk)
  let bytes = joined(mounted ?? new Uint8Array(), lines)
  if (isBlank(bytes) && layout.defaultFile !== undefined) bytes = await defaults(layout.defaultFile, disk)
  return { bytes: joined(bytes, missingLines(layout, bytes)), remarks }
}

/** `KAFKA_LISTENERS` follows from `KAFKA_ADVERTISED_LISTENERS`: the same ports, on every interface. */
function withListeners(environment: Environment): Environment {
  const advertised = environment['KAFKA_ADVERTISED_LISTENERS'] ?? ''
  if (environment['KAFKA_PROCESS_ROLES'] === 'controller') {
    if (advertised !== '') throw new StartupError('KAFKA_ADVERTISED_LISTENERS is not supported on a KRaft controller.')
    const { KAFKA_ADVERTISED_LISTENERS: _empty, ...others } = environment
    return others
  }
  if (advertised === '' || isSet(environment, 'KAFKA_LISTENERS')) return environment
  return { ...environment, KAFKA_LISTENERS: advertised.replace(/:\/\/[^:]*:/g, '://0.0.0.0:') }
}

function checkSasl(environment: Environment, remarks: string[]): void {
  if (!/SASL_.*:\/\//.test(environment['KAFKA_ADVERTISED_LISTENERS'] ?? '')) return
  remarks.push('SASL is enabled.')
  const options = required(environment, 'KAFKA_OPTS')
  if (!options.includes('java.security.auth.login.config')) {
    remarks.push("KAFKA_OPTS should contain 'java.security.auth.login.config' property.")
  }
}

/**
 * What somebody wanted of a JVM and does not get. Sizes of its heap, its garbage collector and its performance are none
 * of this: without a JVM nobody misses them.
 */
function remarkJvm(environment: Environment, remarks: string[]): void {
  if (isSet(environment, 'KAFKA_JMX_PORT')) remarks.push('KAFKA_JMX_PORT has no effect: without a JVM there is no JMX.')
  if (/java\.security\.auth\.login\.config/.test(environment['KAFKA_OPTS'] ?? '')) {
    remarks.push(
      'The JAAS file that KAFKA_OPTS names has no effect: Ottla has no SASL yet, and refuses a listener that is to have it.',
    )
  }
}

/**
 * What Kafka takes when nothing says it. Ottla's own defaults are those of a laptop: it would listen on localhost alone,
 * and store beside the working directory.
 */
function missingLines(layout: ImageLayout, bytes: Uint8Array): string[] {
  const properties = parsePropertiesFile(bytes)
  const lines: string[] = []
  if (!properties.has('listeners') && properties.get('process.roles') !== 'controller') {
    lines.push('listeners=PLAINTEXT://:9092')
  }
  if (!properties.has('log.dirs') && !properties.has('log.dir')) lines.push(`log.dirs=${layout.logDirs}`)
  return lines
}

async function defaults(path: string, disk: Disk): Promise<Uint8Array> {
  const bytes = await contents(path, disk)
  if (bytes === undefined) throw new StartupError(`${path} file does not exist`)
  return bytes
}

async function contents(path: string, disk: Disk): Promise<Uint8Array | undefined> {
  try {
    return await disk.readFile(path)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    if (error.code === 'ENOENT') return undefined
    throw new StartupError(`Cannot read ${path}: ${error.code}`, error)
  }
}

function joined(file: Uint8Array, lines: readonly string[]): Uint8Array {
  if (lines.length === 0) return file
  const added = new TextEncoder().encode(`\n${lines.map(asAscii).join('\n')}\n`)
  const bytes = new Uint8Array(file.length + added.length)
  bytes.set(file)
  bytes.set(added, file.length)
  return bytes
}

/** A variable may hold what Latin-1 does not have; Java's escape says it. */
function asAscii(text: string): string {
  return text.replace(/[^\0-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte <= 0x20)
}

function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? '') !== ''
}
