import type { Place } from './seed-error.ts'

/** A seed as it was read, before anything is known of what it means: JSON's values, and where each stands. */
export type SeedNode = ScalarNode | ListNode | MappingNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly line: number | undefined
  readonly value: string | number | boolean | null | Uint8Array
  /** As it is written: `007`, `1.50`. */
  readonly text: string
}

export interface ListNode {
  readonly kind: 'list'
  readonly line: number | undefined
  readonly items: readonly SeedNode[]
}

export interface MappingNode {
  readonly kind: 'mapping'
  readonly line: number | undefined
  /** No name twice. */
  readonly entries: readonly MappingEntry[]
}

export interface MappingEntry {
  readonly name: string
  readonly line: number | undefined
  readonly value: SeedNode
}

/** What is wrong is gathered here, so that all of it can be told at once. */
export type Report = (place: Place, message: string) => void

export function isNull(node: SeedNode): boolean {
  return node.kind === 'scalar' && node.value === null
}

/** What a person calls it. */
export function kindName(node: SeedNode): string {
  if (node.kind === 'list') return 'a list'
  if (node.kind === 'mapping') return 'a mapping'
  if (node.value === null) return 'nothing'
  if (node.value instanceof Uint8Array) return 'bytes'
  return typeof node.value === 'string' ? `'${shortened(node.value)}'` : shortened(node.text)
}

const shownCharactersMax = 40

function shortened(text: string): string {
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * JSON without blanks. Numbers stay as they are written, to the last digit, where JSON can write them so. Throws a
 * `RangeError` for what JSON has not.
 */
export function jsonOf(node: SeedNode): string {
  if (node.kind === 'list') return `[${node.items.map(jsonOf).join(',')}]`
  if (node.kind === 'mapping') {
    return `{${node.entries.map(({ name, value }) => `${JSON.stringify(name)}:${jsonOf(value)}`).join(',')}}`
  }
  const { value, text } = node
  if (value instanceof Uint8Array) throw new RangeError('JSON has no bytes')
  if (typeof value !== 'number') return JSON.stringify(value)
  if (jsonNumber.test(text)) return text
  if (!Number.isFinite(value)) throw new RangeError(`JSON has no ${text}`)
  return JSON.stringify(value)
}
