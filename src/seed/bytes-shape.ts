import { isNull, jsonOf, kindName } from './seed-node.ts'
import { type Shape, text } from './shape.ts'

const encoder = new TextEncoder()

/** A key or a value: text and single values as they are written, bytes, nothing, or anything else as JSON. */
export const bytes: Shape<Uint8Array | null> = {
  schema: {},
  read(node, place, report) {
    if (isNull(node)) return null
    if (node.kind === 'scalar') {
      if (node.value instanceof Uint8Array) return node.value
      return encoder.encode(typeof node.value === 'string' ? node.value : node.text)
    }
    try {
      return encoder.encode(jsonOf(node))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      report(place, `must be what JSON can hold: ${error.message}`)
      return undefined
    }
  },
}

const base64Text = text({
  pattern: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  expected: 'base64',
})

export const base64: Shape<Uint8Array> = {
  schema: { ...base64Text.schema, contentEncoding: 'base64' },
  read(node, place, report) {
    const found = base64Text.read(node, place, report)
    return found === undefined ? undefined : Uint8Array.from(atob(found), character => character.charCodeAt(0))
  },
}

/** Milliseconds since 1970, or so many before the seed is applied. */
export type SeedTimestamp = { readonly atMs: number } | { readonly agoMs: number }

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const ago = /^-(\d{1,9})(ms|s|m|h|d)$/
const date = /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/
const time = /T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)/
const timestampPattern = new RegExp(`^(?:now|-\\d{1,9}(?:ms|s|m|h|d)|${date.source}(?:${time.source})?)$`)
const expected =
  "milliseconds since 1970, ISO 8601 with a time zone ('2026-07-03T12:00:00Z'), now, or a time ago (-90m)"
const timestampMsMax = 8_640_000_000_000_000

export const timestamp: Shape<SeedTimestamp> = {
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: timestampMsMax },
      { type: 'string', pattern: timestampPattern.source },
    ],
  },
  read(node, place, report) {
    const value = node.kind === 'scalar' ? node.value : undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= timestampMsMax) {
      return { atMs: value }
    }
    if (typeof value === 'string' && timestampPattern.test(value)) {
      if (value === 'now') return { agoMs: 0 }
      const [, count, unit] = ago.exec(value) ?? []
      if (count !== undefined) return { agoMs: Number(count) * unitsMs[unit!]! }
      const atMs = Date.parse(value)
      // 30 February is 2 March for Date.
      if (atMs >= 0 && isDay(value.slice(0, 10))) return { atMs }
    }
    report(place, `must be ${expected}, not ${kindName(node)}`)
    return undefined
  },
}

function isDay(day: string): boolean {
  const at = Date.parse(day)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}
