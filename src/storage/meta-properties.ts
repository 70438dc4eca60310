import { parsePropertiesFile } from '../config/properties.ts'
import { isUuid, type Uuid } from '../protocol/uuid.ts'

export const metaPropertiesFileName = 'meta.properties'

/**
 * Whose a log directory is. Version 1 is KRaft's, and always says whose cluster's and whose node's; of version 0, in
 * directories that came from a cluster with ZooKeeper, nothing is sure.
 */
export interface MetaProperties {
  readonly version: 0 | 1
  readonly clusterId: string | undefined
  readonly nodeId: number | undefined
  /** Absent in directories that were formatted before Kafka 3.7. */
  readonly directoryId: Uuid | undefined
}

/** Throws an `Error` that says in Kafka's words (`MetaProperties.Builder`) what is wrong with the text. */
export function parseMetaProperties(bytes: Uint8Array): MetaProperties {
  const properties = parsePropertiesFile(bytes)
  const version = parseVersion(properties.get('version') ?? '0')
  const nodeIdKey = version === 0 ? 'broker.id' : 'node.id'
  const nodeId = properties.get(nodeIdKey)
  if (version === 1 && nodeId === undefined) throw new Error('Failed to find node.id')
  if (nodeId !== undefined && !isInt32(nodeId)) throw new Error(`Unable to read ${nodeIdKey} as a base-10 number.`)
  const directoryId = properties.get('directory.id')
  if (directoryId !== undefined && !isUuid(directoryId)) {
    throw new Error(`Unable to read directory.id as a Uuid: ${uuidFault(directoryId)}`)
  }
  const clusterId = properties.get('cluster.id')
  if (version === 1 && clusterId === undefined) throw new Error('cluster.id was not found.')
  return { version, clusterId, nodeId: nodeId === undefined ? undefined : Number(nodeId), directoryId }
}

function parseVersion(text: string): 0 | 1 {
  if (!isInt32(text.trim())) throw new Error(`Invalid meta.properties version string '${text}'`)
  const version = Number(text)
  if (version !== 0 && version !== 1) throw new Error(`Unknown meta.properties version number ${version}`)
  return version
}

function isInt32(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && Number(text) <= 0x7fff_ffff && Number(text) >= -0x8000_0000
}

/** What Kafka's `Uuid.fromString`, or Java's decoder below it, has against the text. */
export function uuidFault(text: string): string {
  if (text.length > 24)
    return `Input string with prefix \`${text.slice(0, 24)}\` is too long to be decoded as a base64 UUID`
  const foreign = /[^A-Za-z0-9_=-]/.exec(text)?.[0]
  if (foreign !== undefined) return `Illegal base64 character ${foreign.charCodeAt(0).toString(16)}`
  const decodedBytes = Buffer.from(text, 'base64url').length
  return (
    `Input string \`${text}\` decoded as ${decodedBytes} bytes, which is not equal to the expected 16 bytes of a ` +
    'base64-encoded UUID'
  )
}

/** The properties by key, in the order Java's `Properties.store` writes them in. */
export function metaPropertiesEntries(properties: MetaProperties): [string, string][] {
  const { version, clusterId, nodeId, directoryId } = properties
  const entries: [string, string | undefined][] = [
    [version === 0 ? 'broker.id' : 'node.id', nodeId?.toString()],
    ['directory.id', directoryId],
    ['version', String(version)],
    ['cluster.id', clusterId],
  ]
  return entries.filter((entry): entry is [string, string] => entry[1] !== undefined)
}

/** As Java's `Properties.store` writes it, comment and time included. */
export function formatMetaProperties(properties: MetaProperties, nowMs: number): Uint8Array {
  const entries = metaPropertiesEntries(properties).map(([key, value]) => `${key}=${escapeValue(value)}`)
  return new TextEncoder().encode(['#', `#${javaDate(nowMs)}`, ...entries, ''].join('\n'))
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `java.util.Date.toString` in UTC. */
function javaDate(nowMs: number): string {
  const date = new Date(nowMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${two(date.getUTCDate())} ${time} UTC ${date.getUTCFullYear()}`
}

/** Everything outside printable ASCII as `\uXXXX`; the characters that separate keys from values behind a backslash. */
function escapeValue(value: string): string {
  return value
    .replace(/[\\:=#!]/g, '\\$&')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
}
