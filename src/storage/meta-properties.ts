import { parsePropertiesFile } from '../config/properties.ts'
import { isReservedUuid, isUuid, type Uuid } from '../protocol/uuid.ts'

export const metaPropertiesFileName = 'meta.properties'

/** Version 1 of `meta.properties`: whose a log directory is. */
export interface MetaProperties {
  readonly clusterId: string
  readonly nodeId: number
  /** Absent in directories that were formatted before Kafka 3.7. */
  readonly directoryId: Uuid | undefined
}

/** Throws an `Error` that says what is wrong with the text. */
export function parseMetaProperties(bytes: Uint8Array): MetaProperties {
  const properties = parsePropertiesFile(bytes)
  const version = properties.get('version') ?? '0'
  if (version !== '1') throw new Error(`version ${version} is not supported: only KRaft's version 1 is`)
  const clusterId = properties.get('cluster.id')
  if (clusterId === undefined) throw new Error('cluster.id was not found.')
  const nodeId = properties.get('node.id')
  if (nodeId === undefined) throw new Error('node.id was not found.')
  if (!/^\d+$/.test(nodeId)) throw new Error(`Unable to read node.id as a base-10 number: ${nodeId}`)
  const directoryId = properties.get('directory.id')
  if (directoryId !== undefined && !isUuid(directoryId)) {
    throw new Error(`Unable to read directory.id as a Uuid: ${directoryId}`)
  }
  if (directoryId !== undefined && isReservedUuid(directoryId)) {
    throw new Error(`Invalid reserved directory ID ${directoryId}`)
  }
  return { clusterId, nodeId: Number(nodeId), directoryId }
}

/** As Java's `Properties.store` writes it, comment and time included. */
export function formatMetaProperties(properties: MetaProperties, nowMs: number): Uint8Array {
  const lines = ['#', `#${javaDate(nowMs)}`, `node.id=${properties.nodeId}`]
  if (properties.directoryId !== undefined) lines.push(`directory.id=${properties.directoryId}`)
  lines.push('version=1', `cluster.id=${escapeValue(properties.clusterId)}`, '')
  return new TextEncoder().encode(lines.join('\n'))
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
