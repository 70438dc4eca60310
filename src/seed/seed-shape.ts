import { base64, bytes, timestamp } from './bytes-shape.ts'
import type { Place } from './seed-error.ts'
import { isNull, kindName, type SeedNode } from './seed-node.ts'
import {
  choice,
  either,
  integer,
  type JsonSchema,
  list,
  mapped,
  object,
  type Shape,
  text,
  type ValueOf,
  within,
} from './shape.ts'

/** The one table of what a seed may say; its JSON Schema and its errors come from here. */

const int32Max = 2 ** 31 - 1

const topicName = text({
  pattern: /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
  expected: 'a topic name: 1 to 249 of the characters a-z, A-Z, 0-9, dot, underscore and dash',
})
const partition = integer(0, int32Max)

export interface SeedConfigEntry {
  readonly name: string
  readonly value: string
  readonly place: Place
}

const configValue = { type: ['string', 'number', 'boolean'] }

/** Kafka's keys; what they may hold the broker knows. */
const configs: Shape<readonly SeedConfigEntry[]> = {
  schema: {
    type: ['object', 'null'],
    additionalProperties: { anyOf: [configValue, { type: 'array', items: configValue }] },
  },
  read(node, place, report) {
    if (isNull(node)) return []
    if (node.kind !== 'mapping') {
      report(place, `must be a mapping of configuration keys, not ${kindName(node)}`)
      return undefined
    }
    let isWhole = true
    const entries = node.entries.map(({ name, line, value }): SeedConfigEntry => {
      const at = within(place, name, line)
      const items = value.kind === 'list' ? value.items : [value]
      const texts = items.map(item => (item.kind === 'scalar' ? configText(item.value, item.text) : undefined))
      if (texts.includes(undefined)) {
        report(at, `must be text, a number, true, false or a list of these, not ${kindName(value)}`)
        isWhole = false
      }
      return { name, value: texts.join(','), place: at }
    })
    return isWhole ? entries : undefined
  },
}

function configText(value: unknown, asWritten: string): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? asWritten : undefined
}

export interface SeedHeaderEntry {
  readonly key: string
  readonly value: Uint8Array | null
}

const header = object(
  {
    key: { shape: text(), description: 'Its name; several headers may have the same.', isRequired: true },
    value: { shape: bytes, description: 'Text as it is, nothing for null, anything else as JSON.' },
    valueBase64: { shape: base64, description: 'The value, in base64.' },
  },
  { description: 'A header.', exclusive: [{ names: ['value', 'valueBase64'], isRequired: true }] },
)

/** A mapping, or a list where names come twice or values are base64. */
const headers: Shape<readonly SeedHeaderEntry[]> = {
  schema: { anyOf: [{ type: 'object' }, list(header).schema] },
  read(node, place, report) {
    if (node.kind !== 'mapping') {
      const found = list(header).read(node, place, report)
      return found?.map(({ key, value, valueBase64 }) => ({ key: key!, value: valueBase64 ?? value ?? null }))
    }
    let isWhole = true
    const entries = node.entries.map(({ name, line, value }): SeedHeaderEntry => {
      const read = bytes.read(value, within(place, name, line), report)
      if (read === undefined) isWhole = false
      return { key: name, value: read ?? null }
    })
    return isWhole ? entries : undefined
  },
}

export const recordShape = object(
  {
    key: {
      shape: bytes,
      description: 'Text as it is, nothing for null, anything else as JSON. A record without a key has none.',
    },
    keyBase64: { shape: base64, description: 'The key, in base64.' },
    value: { shape: bytes, description: 'Text as it is, nothing for null (a tombstone), anything else as JSON.' },
    valueBase64: { shape: base64, description: 'The value, in base64.' },
    headers: {
      shape: headers,
      description: 'Names and values, or a list of { key, value } or { key, valueBase64 }, where names may come twice.',
    },
    partition: {
      shape: partition,
      description: 'Where it is left out: by the key as Kafka’s producers do, without a key to each partition in turn.',
    },
    timestamp: {
      shape: timestamp,
      description:
        'Milliseconds since 1970, ISO 8601 with a time zone, now, or a time ago such as -90m; when the seed is applied where it is left out.',
    },
  },
  {
    description: 'A record.',
    exclusive: [
      { names: ['key', 'keyBase64'], isRequired: false },
      { names: ['value', 'valueBase64'], isRequired: true },
    ],
  },
)

const recordFile = object(
  {
    file: {
      shape: text({ pattern: /./, expected: 'the name of a file' }),
      description: 'Relative to the seed file.',
      isRequired: true,
    },
    format: {
      shape: choice(['ndjson', 'csv']),
      description: "By the name's ending where it is left out: .ndjson, .jsonl and .csv are known.",
    },
    as: {
      shape: choice(['records', 'values']),
      description:
        'records (the default): a line is a record, with the fields records have here. values: a line is the value of a record, of CSV as a JSON object.',
    },
    key: {
      shape: text({ pattern: /./, expected: 'the name of a field or column' }),
      description: 'With as: values, the field or column whose content is the key too.',
    },
  },
  { description: 'Records out of a file: NDJSON, or CSV whose first line names the columns.' },
)

export type SeedRecordSpec = ValueOf<typeof recordShape>
export type SeedRecordFileSpec = ValueOf<typeof recordFile>
export type SeedRecordEntry = { readonly record: SeedRecordSpec } | { readonly file: SeedRecordFileSpec }

const isFile = (node: SeedNode) => node.kind === 'mapping' && node.entries.some(({ name }) => name === 'file')

const recordEntry: Shape<SeedRecordEntry> = either<SeedRecordEntry>(
  [
    { shape: mapped(recordFile, file => ({ file })), fits: isFile },
    { shape: mapped(recordShape, record => ({ record })), fits: () => true },
  ],
  { anyOf: [recordShape.schema, recordFile.schema] },
)

const topicObject = object(
  {
    name: { shape: topicName, description: 'The topic.', isRequired: true },
    partitions: {
      shape: integer(1, int32Max),
      description:
        "At least so many: a topic that has fewer gets more, one that has more keeps them. The broker's num.partitions where it is left out.",
    },
    replicationFactor: {
      shape: integer(1, 32_767),
      description: "Of a topic that is created. The broker's default.replication.factor where it is left out.",
    },
    configs: { shape: configs, description: "Kafka's topic configurations, such as cleanup.policy: compact." },
    records: {
      shape: list(recordEntry),
      description: 'Appended to partitions that hold nothing yet, or no more than a beginning of these records.',
    },
  },
  { description: 'A topic, created where there is none.' },
)

export type SeedTopicSpec = ValueOf<typeof topicObject>

const topic: Shape<SeedTopicSpec> = either<SeedTopicSpec>(
  [
    {
      fits: node => node.kind === 'scalar' && typeof node.value === 'string',
      shape: {
        schema: topicName.schema,
        read(node, place, report) {
          const name = topicName.read(node, place, report)
          return name === undefined ? undefined : { name, place }
        },
      },
    },
    { shape: topicObject, fits: () => true },
  ],
  { anyOf: [{ ...topicName.schema, description: "A topic with the broker's defaults." }, topicObject.schema] },
)

const offset: Shape<number | 'earliest' | 'latest'> = {
  schema: { anyOf: [integer(0, Number.MAX_SAFE_INTEGER).schema, { enum: ['earliest', 'latest'] }] },
  read(node, place, report) {
    const value = node.kind === 'scalar' ? node.value : undefined
    if (value === 'earliest' || value === 'latest') return value
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    report(place, `must be an offset, earliest or latest, not ${kindName(node)}`)
    return undefined
  },
}

const groupOffset = object(
  {
    topic: { shape: topicName, description: 'The topic.', isRequired: true },
    partition: { shape: partition, description: 'Every partition where it is left out.' },
    offset: {
      shape: offset,
      description: 'The next offset the group reads; earliest and latest as they are when the records are in.',
      isRequired: true,
    },
    metadata: { shape: text(), description: 'Kept with the offset.' },
  },
  { description: 'An offset, committed where the group has committed none.' },
)

export type SeedOffsetSpec = ValueOf<typeof groupOffset>

const group = object(
  {
    id: { shape: text({ pattern: /./, expected: 'the id of a group' }), description: 'The group.', isRequired: true },
    configs: { shape: configs, description: "Kafka's group configurations, such as consumer.session.timeout.ms." },
    offsets: { shape: list(groupOffset), description: 'Offsets, committed where the group has committed none.' },
  },
  { description: 'A group of consumers.' },
)

const broker = object(
  {
    id: { shape: integer(0, int32Max), description: 'Every broker where it is left out.' },
    configs: {
      shape: configs,
      description: 'Configurations that Kafka can alter at run time.',
      isRequired: true,
    },
  },
  { description: 'Dynamic configurations of one broker, or of all.' },
)

export const seedShape = object(
  {
    $schema: { shape: text(), description: 'For editors.' },
    topics: { shape: list(topic), description: 'Topics: names, or mappings that say more.' },
    groups: { shape: list(group), description: 'Groups of consumers, and what they have committed.' },
    brokers: { shape: list(broker), description: 'Dynamic configurations of brokers.' },
  },
  { description: 'What an Ottla node is filled with before it serves clients.', mayExtend: true },
)

export type SeedSpec = ValueOf<typeof seedShape>
export type SeedGroupSpec = ValueOf<typeof group>
export type SeedBrokerSpec = ValueOf<typeof broker>

/** What an editor is given. */
export function seedJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Ottla seed',
    ...seedShape.schema,
    // An empty file is a seed of nothing.
    type: ['object', 'null'],
  }
}
