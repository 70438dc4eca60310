import type { Place } from './seed-error.ts'
import { isNull, kindName, type MappingNode, type Report, type SeedNode } from './seed-node.ts'
import { suggestion } from './suggestion.ts'

/**
 * What a part of a seed may be: reads it, and says the same as JSON Schema (draft 2020-12), so that an editor and Ottla
 * judge alike.
 */
export interface Shape<Value> {
  /** `undefined` where the node is wrong, which `reader` has then been told. */
  read(node: SeedNode, place: Place, report: Report): Value | undefined
  readonly schema: JsonSchema
}

export type JsonSchema = { readonly [keyword: string]: unknown }

export type ValueOf<Of> = Of extends Shape<infer Value> ? Value : never

export interface Field<Value = unknown> {
  readonly shape: Shape<Value>
  readonly description: string
  readonly isRequired?: boolean
}

/** What an object's fields say, those left out absent; and where it stands. */
export type ObjectOf<Fields extends Readonly<Record<string, Field>>> = {
  readonly [Name in keyof Fields]?: ValueOf<Fields[Name]['shape']>
} & Located

export interface Located {
  readonly place: Place
}

export interface ObjectOptions {
  readonly description: string
  /** Of each pair at most one, of the second kind exactly one. */
  readonly exclusive?: readonly { readonly names: readonly [string, string]; readonly isRequired: boolean }[]
  /** Names that begin with `x-` are nobody's: the place for what is used by anchors. */
  readonly mayExtend?: boolean
}

export function object<const Fields extends Readonly<Record<string, Field>>>(
  fields: Fields,
  { description, exclusive = [], mayExtend = false }: ObjectOptions,
): Shape<ObjectOf<Fields>> {
  const names = Object.keys(fields)
  const required = names.filter(name => fields[name]!.isRequired)
  const conditions = exclusive.map(({ names: [a, b], isRequired }) =>
    isRequired ? { oneOf: [{ required: [a] }, { required: [b] }] } : { not: { required: [a, b] } },
  )
  return {
    schema: {
      ...{ type: 'object', description, additionalProperties: false },
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          { ...field.shape.schema, description: field.description },
        ]),
      ),
      ...(required.length === 0 ? {} : { required }),
      ...(mayExtend ? { patternProperties: { '^x-': {} } } : {}),
      ...(conditions.length === 0 ? {} : { allOf: conditions }),
    },
    read(node, place, report) {
      if (node.kind !== 'mapping') {
        report(place, `must be a mapping of ${namesOf(names)}, not ${kindName(node)}`)
        return undefined
      }
      const values: Record<string, unknown> = { place }
      let isWhole = true
      for (const { name, line, value } of node.entries) {
        const at = within(place, name, line)
        const field = fields[name]
        if (field === undefined || !Object.hasOwn(fields, name)) {
          if (mayExtend && name.startsWith('x-')) continue
          report(at, unknownField(name, names))
          isWhole = false
          continue
        }
        const read = field.shape.read(value, within(at, '', value.line), report)
        if (read === undefined) isWhole = false
        else values[name] = read
      }
      const missing = missingFields(node, required, exclusive)
      for (const message of missing) report(place, message)
      return isWhole && missing.length === 0 ? (values as ObjectOf<Fields>) : undefined
    },
  }
}

function missingFields(
  { entries }: MappingNode,
  required: readonly string[],
  exclusive: ObjectOptions['exclusive'] = [],
): string[] {
  const given = new Set(entries.map(({ name }) => name))
  const messages = required.filter(name => !given.has(name)).map(name => `'${name}' is missing`)
  for (const { names, isRequired } of exclusive) {
    const [a, b] = names
    if (given.has(a) && given.has(b)) messages.push(`'${a}' and '${b}' exclude each other`)
    else if (isRequired && !given.has(a) && !given.has(b)) messages.push(`'${a}' or '${b}' is missing`)
  }
  return messages
}

function unknownField(name: string, names: readonly string[]): string {
  const meant = suggestion(name, names)
  return meant === undefined ? `unknown field; there are ${namesOf(names)}` : `unknown field; did you mean '${meant}'?`
}

function namesOf(names: readonly string[]): string {
  return names.join(', ')
}

/** A list; nothing at all counts as an empty one. */
export function list<Value>(item: Shape<Value>): Shape<readonly Value[]> {
  return {
    schema: { type: ['array', 'null'], items: item.schema },
    read(node, place, report) {
      if (isNull(node)) return []
      if (node.kind !== 'list') {
        report(place, `must be a list, not ${kindName(node)}`)
        return undefined
      }
      const items = node.items.map((of, index) =>
        item.read(of, { ...place, line: of.line, path: `${place.path}[${index}]` }, report),
      )
      return items.includes(undefined) ? undefined : (items as Value[])
    },
  }
}

export interface TextOptions {
  readonly pattern?: RegExp
  /** What the pattern asks for, after "must be". */
  readonly expected?: string
}

export function text({ pattern, expected = 'text' }: TextOptions = {}): Shape<string> {
  return {
    schema: { type: 'string', ...(pattern === undefined ? {} : { pattern: pattern.source }) },
    read(node, place, report) {
      if (node.kind === 'scalar' && typeof node.value === 'string') {
        if (pattern === undefined || pattern.test(node.value)) return node.value
      } else if (node.kind === 'scalar' && (typeof node.value === 'number' || typeof node.value === 'boolean')) {
        report(place, `must be ${expected}, not ${node.text}: quotes make it text ('${node.text}')`)
        return undefined
      }
      report(place, `must be ${expected}, not ${kindName(node)}`)
      return undefined
    },
  }
}

export function choice<const Names extends readonly string[]>(names: Names): Shape<Names[number]> {
  return {
    schema: { enum: names },
    read(node, place, report) {
      const found = node.kind === 'scalar' ? names.find(name => name === node.value) : undefined
      if (found !== undefined) return found
      report(place, `must be one of ${namesOf(names)}, not ${kindName(node)}`)
      return undefined
    },
  }
}

export function integer(min: number, max: number): Shape<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    read(node, place, report) {
      const value = node.kind === 'scalar' ? node.value : undefined
      if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
      const range = max >= Number.MAX_SAFE_INTEGER ? `from ${min} on` : `between ${min} and ${max}`
      report(place, `must be a whole number ${range}, not ${kindName(node)}`)
      return undefined
    },
  }
}

/** The first shape whose `fits` says so; the last one for all else. */
export function either<Value>(
  shapes: readonly { readonly shape: Shape<Value>; fits(node: SeedNode): boolean }[],
  schema: JsonSchema,
): Shape<Value> {
  return {
    schema,
    read(node, place, report) {
      const { shape } = shapes.find(({ fits }) => fits(node)) ?? shapes.at(-1)!
      return shape.read(node, place, report)
    },
  }
}

/** What a shape yields, as something else. */
export function mapped<From, To>(shape: Shape<From>, map: (value: From) => To): Shape<To> {
  return {
    schema: shape.schema,
    read(node, place, report) {
      const value = shape.read(node, place, report)
      return value === undefined ? undefined : map(value)
    },
  }
}

/** The place of an entry; without a name of what stands there, which may be on a later line. */
export function within(place: Place, name: string, line: number | undefined): Place {
  const path = name === '' ? place.path : place.path === '' ? name : `${place.path}.${name}`
  return { source: place.source, line, path }
}
