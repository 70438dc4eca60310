import { type CsvError, parse } from 'csv-parse/sync'
import type { LoadedRecord } from './loaded-seed.ts'
import type { Place } from './seed-error.ts'
import {
  jsonOf,
  type MappingEntry,
  type MappingNode,
  type Report,
  type ScalarNode,
  type SeedNode,
} from './seed-node.ts'
import { recordShape, type SeedRecordSpec } from './seed-shape.ts'
import { suggestion } from './suggestion.ts'
import { parseJson, valueNodes } from './value-nodes.ts'

export interface RecordFile {
  /** As errors name it. */
  readonly source: string
  readonly text: string
  readonly format: 'ndjson' | 'csv'
  readonly as: 'records' | 'values'
  /** The field or column that is the key too. */
  readonly key: string | undefined
}

const encoder = new TextEncoder()

/** The records of a file, in order; what is wrong is reported with its line. */
export function recordsOfFile(file: RecordFile, report: Report): LoadedRecord[] {
  const lines = file.format === 'csv' ? csvLines(file, report) : ndjsonLines(file, report)
  const records: LoadedRecord[] = []
  for (const line of lines) {
    const record = file.as === 'records' ? recordOfLine(line, report) : recordOfValue(line, file.key, report)
    if (record !== undefined) records.push(record)
  }
  return records
}

export function loadedRecord(spec: SeedRecordSpec): LoadedRecord {
  return {
    key: spec.keyBase64 ?? spec.key ?? null,
    value: spec.valueBase64 ?? spec.value ?? null,
    headers: spec.headers ?? [],
    partition: spec.partition,
    timestamp: spec.timestamp ?? { agoMs: 0 },
    place: spec.place,
  }
}

interface Line {
  readonly place: Place
  readonly node: SeedNode
  /** The value, with `as: values`. */
  readonly text: string
}

function recordOfLine({ node, place }: Line, report: Report): LoadedRecord | undefined {
  const spec = recordShape.read(node, place, report)
  return spec === undefined ? undefined : loadedRecord(spec)
}

function recordOfValue({ node, place, text }: Line, keyName: string | undefined, report: Report) {
  const key = keyName === undefined ? null : keyOf(node, keyName, place, report)
  if (key === undefined) return undefined
  return {
    ...{ key, headers: [], partition: undefined, timestamp: { agoMs: 0 }, place },
    value: encoder.encode(text),
  }
}

function keyOf(node: SeedNode, name: string, place: Place, report: Report): Uint8Array | null | undefined {
  const entries = node.kind === 'mapping' ? node.entries : []
  const found = entries.find(entry => entry.name === name)?.value
  if (found === undefined) {
    const meant = suggestion(
      name,
      entries.map(entry => entry.name),
    )
    report(place, `there is no '${name}' to be the key${meant === undefined ? '' : `; did you mean '${meant}'?`}`)
    return undefined
  }
  if (found.kind !== 'scalar') return encoder.encode(jsonOf(found))
  return found.value === null ? null : encoder.encode(found.text)
}

/** A JSON text per line; blank lines are nothing. */
function* ndjsonLines({ source, text, as }: RecordFile, report: Report): Generator<Line> {
  for (const [index, written] of text.split('\n').entries()) {
    const trimmed = written.trim()
    if (trimmed === '') continue
    const place = { source, line: index + 1, path: '' }
    try {
      // An object's fields are seen once by the parser; of two of the same name the last one counts, as everywhere.
      const node = valueNodes(parseJson(trimmed), source, place.line, report)
      if (as === 'values' || node.kind === 'mapping') yield { place, node, text: trimmed }
      else report(place, 'must be a record: an object with the fields key, value, headers, partition, timestamp')
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      report(place, `is not JSON: ${error.message}`)
    }
  }
}

interface Cell {
  readonly text: string
  readonly isQuoted: boolean
}

interface ParsedRow {
  readonly record: readonly Cell[]
  /** `lines`: how many have been read by then. */
  readonly info: { readonly lines: number }
}

/** RFC 4180, the first line being the names of the columns. An empty cell without quotes is nothing. */
function csvLines({ source, text, as }: RecordFile, report: Report): Line[] {
  let rows: readonly ParsedRow[]
  try {
    rows = parse(text, {
      info: true,
      skip_empty_lines: true,
      cast: (value: string, { quoting }: { readonly quoting: boolean }): Cell => ({ text: value, isQuoted: quoting }),
    }) as unknown as ParsedRow[]
  } catch (error) {
    if (!isCsvError(error)) throw error
    report({ source, line: error['lines'] as number | undefined, path: '' }, error.message)
    return []
  }
  const [head, ...body] = rows
  if (head === undefined) {
    report({ source, line: 1, path: '' }, 'is empty: the first line names the columns')
    return []
  }
  const names = head.record.map(({ text: name }) => name)
  const place = { source, line: 1, path: '' }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    report(place, `column '${twice}' is there twice`)
    return []
  }
  return body.map(({ record, info }) => {
    const line = info.lines - record.reduce((sum, cell) => sum + cell.text.split('\n').length - 1, 0)
    const node = as === 'records' ? recordNode(names, record, line) : valueNode(names, record, line)
    return { place: { source, line, path: '' }, node, text: as === 'records' ? '' : jsonOf(node) }
  })
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')
}

function valueNode(names: readonly string[], cells: readonly Cell[], line: number): MappingNode {
  return {
    kind: 'mapping',
    line,
    entries: names.map((name, index) => ({ name, line, value: cellNode(cells[index]!, line) })),
  }
}

const headerPrefix = 'headers.'

/** The fields of a record; a header has a column of its own, `headers.trace`. */
function recordNode(names: readonly string[], cells: readonly Cell[], line: number): MappingNode {
  const entries: MappingEntry[] = []
  const headers: MappingEntry[] = []
  for (const [index, name] of names.entries()) {
    const cell = cells[index]!
    const isNothing = cell.text === '' && !cell.isQuoted
    if (name.startsWith(headerPrefix)) {
      if (!isNothing) headers.push({ name: name.slice(headerPrefix.length), line, value: cellNode(cell, line) })
    } else if (!isNothing || name === 'value' || !csvColumns.has(name)) {
      const isNumber = (name === 'partition' || name === 'timestamp') && /^\d{1,16}$/.test(cell.text)
      entries.push({ name, line, value: isNumber ? numberNode(cell.text, line) : cellNode(cell, line) })
    }
  }
  if (headers.length > 0) entries.push({ name: 'headers', line, value: { kind: 'mapping', line, entries: headers } })
  return { kind: 'mapping', line, entries }
}

/** Those that a row may leave empty. */
const csvColumns: ReadonlySet<string> = new Set(['key', 'keyBase64', 'value', 'valueBase64', 'partition', 'timestamp'])

function cellNode({ text, isQuoted }: Cell, line: number): ScalarNode {
  return { kind: 'scalar', line, value: text === '' && !isQuoted ? null : text, text }
}

function numberNode(text: string, line: number): ScalarNode {
  return { kind: 'scalar', line, value: Number(text), text }
}
