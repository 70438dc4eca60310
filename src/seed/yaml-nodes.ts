import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import type { MappingEntry, Report, SeedNode } from './seed-node.ts'

/** Aliases may make much of little; a seed that is meant has far fewer. */
const nodesMax = 2_000_000
/** Deeper than anything that is meant, and far from the end of the stack. */
const depthMax = 100

/**
 * Reads YAML 1.2, and so JSON, with merge keys (`<<: *defaults`). Syntax errors are reported, and `undefined` returned.
 */
export function yamlNodes(text: string, source: string, report: Report): SeedNode | undefined {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    customTags: ['binary'],
    logLevel: 'silent',
  })
  const faults = [...document.errors, ...document.warnings]
  for (const { message, pos } of faults) {
    report({ source, line: lines.linePos(pos[0]).line, path: '' }, message)
  }
  if (faults.length > 0) return undefined
  const reader = new NodeReader(document, lines)
  try {
    return reader.read(document.contents, 1, 0)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    report({ source, line: error.line, path: '' }, error.message)
    return undefined
  }
}

class YamlFault extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

class NodeReader {
  readonly #document: Document.Parsed
  readonly #lines: LineCounter
  #nodeCount = 0

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document
    this.#lines = lines
  }

  read(node: unknown, lineOfParent: number, depth: number): SeedNode {
    const line = this.#lineOf(node) ?? lineOfParent
    if (depth > depthMax) throw new YamlFault(line, `more than ${depthMax} levels deep`)
    if (++this.#nodeCount > nodesMax) throw new YamlFault(line, `more than ${nodesMax} values`)
    if (isAlias(node)) return this.read(this.#target(node, line), line, depth + 1)
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map(item => this.read(item, line, depth + 1)) }
    if (isMap(node)) return { kind: 'mapping', line, entries: this.#entries(node, line, depth) }
    if (!isScalar(node)) return { kind: 'scalar', line, value: null, text: '' }
    const { value } = node
    const text = node.source ?? String(value)
    const isKnown =
      value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Uint8Array
    return { kind: 'scalar', line, value: isKnown ? (value as string) : text, text }
  }

  #target(alias: Alias, line: number): unknown {
    const target = alias.resolve(this.#document)
    if (target === undefined) throw new YamlFault(line, `there is no anchor &${alias.source} before *${alias.source}`)
    return target
  }

  /** What is merged in gives way to what stands here. */
  #entries(map: YAMLMap, line: number, depth: number): MappingEntry[] {
    const entries = new Map<string, MappingEntry>()
    const merged: SeedNode[] = []
    for (const pair of map.items) {
      const { name, line: lineOfName } = this.#name(pair, line)
      const value = this.read(pair.value, lineOfName, depth + 1)
      if (name === '<<') merged.push(...(value.kind === 'list' ? value.items : [value]))
      else entries.set(name, { name, line: lineOfName, value })
    }
    for (const other of merged) {
      if (other.kind !== 'mapping') throw new YamlFault(other.line ?? line, '<< merges mappings alone')
      for (const entry of other.entries) if (!entries.has(entry.name)) entries.set(entry.name, entry)
    }
    return [...entries.values()]
  }

  #name(pair: Pair, lineOfMap: number): { name: string; line: number } {
    const { key } = pair
    const line = this.#lineOf(key) ?? lineOfMap
    if (!isScalar(key)) throw new YamlFault(line, 'a name is text')
    return { name: String(key.value), line }
  }

  #lineOf(node: unknown): number | undefined {
    const isNode = isScalar(node) || isCollection(node) || isAlias(node)
    if (!isNode || isPair(node) || !node.range) return undefined
    return this.#lines.linePos(node.range[0]).line
  }
}
