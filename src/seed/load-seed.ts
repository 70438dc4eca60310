import { dirname, extname, join } from 'node:path'
import { type Disk, DiskError } from '../ports.ts'
import { type LoadedRecord, type LoadedSeed, type LoadedTopic, loadedBroker, loadedGroup } from './loaded-seed.ts'
import { loadedRecord, recordsOfFile } from './record-file.ts'
import { type Place, type Problem, SeedError } from './seed-error.ts'
import type { Report, SeedNode } from './seed-node.ts'
import {
  type SeedRecordEntry,
  type SeedRecordFileSpec,
  type SeedSpec,
  type SeedTopicSpec,
  seedShape,
} from './seed-shape.ts'
import { valueNodes } from './value-nodes.ts'
import { yamlNodes } from './yaml-nodes.ts'

/** Larger ones are refused: a seed is read whole. */
export const seedBytesMax = 16 * 1024 * 1024
export const recordFileBytesMax = 64 * 1024 * 1024

/** Reads a seed file and the files it names. Throws a `SeedError` that tells everything that is wrong. */
export async function loadSeedFile(path: string, disk: Disk): Promise<LoadedSeed> {
  const problems = new Problems()
  const text = await readText(path, seedBytesMax, { source: path, line: undefined, path: '' }, disk, problems.report)
  const node = text === undefined ? undefined : yamlNodes(text, path, problems.report)
  return await load(node, path, dirname(path), disk, problems)
}

/** A seed that a program made. */
export async function loadSeedValue(value: unknown, disk: Disk): Promise<LoadedSeed> {
  const problems = new Problems()
  const node = valueNodes(value, 'seed', undefined, problems.report)
  return await load(node, 'seed', '.', disk, problems)
}

class Problems {
  readonly #problems: Problem[] = []
  readonly report: Report = (place, message) => {
    this.#problems.push({ place, message })
  }

  throwAny(): void {
    if (this.#problems.length > 0) throw new SeedError(this.#problems)
  }
}

async function load(
  node: SeedNode | undefined,
  source: string,
  directory: string,
  disk: Disk,
  problems: Problems,
): Promise<LoadedSeed> {
  problems.throwAny()
  const place = { source, line: node?.line, path: '' }
  const isNothing = node === undefined || (node.kind === 'scalar' && node.value === null)
  const spec = isNothing ? { place } : seedShape.read(node, place, problems.report)
  problems.throwAny()
  reportTwice(spec!, problems.report)
  const topics: LoadedTopic[] = []
  for (const topic of spec!.topics ?? []) {
    topics.push(loadedTopic(topic, await recordsOf(topic.records ?? [], directory, disk, problems.report)))
  }
  problems.throwAny()
  return {
    source,
    topics,
    groups: (spec!.groups ?? []).map(loadedGroup),
    brokers: (spec!.brokers ?? []).map(loadedBroker),
    files: (spec!.topics ?? []).flatMap(({ records = [] }) =>
      records.flatMap(entry => ('file' in entry ? [entry.file.file!] : [])),
    ),
  }
}

function loadedTopic(spec: SeedTopicSpec, records: readonly LoadedRecord[]): LoadedTopic {
  const { name, partitions, replicationFactor, configs, place } = spec
  return { name: name!, partitions, replicationFactor, configs: configs ?? [], records, isLeftIfThere: false, place }
}

/** One thing, one place: which of two would count? */
function reportTwice({ topics = [], groups = [], brokers = [] }: SeedSpec, report: Report): void {
  const once = (what: string) => {
    const seen = new Map<string, Place>()
    return (name: string, place: Place) => {
      const earlier = seen.get(name)
      if (earlier === undefined) seen.set(name, place)
      else report(place, `${what} is at ${earlier.path} already`)
    }
  }
  const topic = once('the same topic')
  for (const { name, place } of topics) topic(name!, place)
  const group = once('the same group')
  for (const { id, place } of groups) group(id!, place)
  const broker = once('the same broker')
  for (const { id, place } of brokers) broker(`${id}`, place)
  for (const { offsets = [] } of groups) {
    const offset = once('an offset for the same partition')
    for (const { topic: name, partition, place } of offsets) offset(`${name} ${partition}`, place)
  }
}

async function recordsOf(
  entries: readonly SeedRecordEntry[],
  directory: string,
  disk: Disk,
  report: Report,
): Promise<LoadedRecord[]> {
  const records: LoadedRecord[] = []
  for (const entry of entries) {
    if ('record' in entry) records.push(loadedRecord(entry.record))
    else for (const record of await fileRecords(entry.file, directory, disk, report)) records.push(record)
  }
  return records
}

const formats: ReadonlyMap<string, 'ndjson' | 'csv'> = new Map([
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
  ['.csv', 'csv'],
])

async function fileRecords(
  { file, format, as = 'records', key, place }: SeedRecordFileSpec,
  directory: string,
  disk: Disk,
  report: Report,
): Promise<LoadedRecord[]> {
  const at = { ...place, path: `${place.path}.file` }
  const known = format ?? formats.get(extname(file!).toLowerCase())
  if (known === undefined) {
    report(at, `'${file}' ends in none of ${[...formats.keys()].join(', ')}: say 'format: ndjson' or 'format: csv'`)
    return []
  }
  if (key !== undefined && as === 'records') {
    report({ ...place, path: `${place.path}.key` }, "is for 'as: values'; a record has a key of its own")
    return []
  }
  const source = file!.startsWith('/') ? file! : join(directory, file!)
  const text = await readText(source, recordFileBytesMax, at, disk, report)
  return text === undefined ? [] : recordsOfFile({ source, text, format: known, as, key }, report)
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** `undefined` once the reason is reported. */
async function readText(
  path: string,
  bytesMax: number,
  place: Place,
  disk: Disk,
  report: Report,
): Promise<string | undefined> {
  try {
    const { sizeInBytes } = await disk.status(path)
    if (sizeInBytes > bytesMax) {
      report(place, `${path} is larger than the ${bytesMax / 1024 / 1024} MiB that are read`)
      return undefined
    }
    return decoder.decode(await disk.readFile(path))
  } catch (error) {
    const reason = unreadable(error)
    if (reason === undefined) throw error
    report(place, place.source === path ? `cannot be read: ${reason}` : `${path} cannot be read: ${reason}`)
    return undefined
  }
}

function unreadable(error: unknown): string | undefined {
  if (error instanceof DiskError) {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a directory',
      EACCES: 'this user may not read it',
    }
    return reasons[error.code] ?? error.code
  }
  return error instanceof TypeError ? 'it is not UTF-8' : undefined
}
