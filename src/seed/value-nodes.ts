import type { Report, SeedNode } from './seed-node.ts'

declare global {
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string }
    isRawJSON(value: unknown): value is { readonly rawJSON: string }
  }
}

const depthMax = 100

/** A value of a program, as `yamlNodes` would have read it. What no seed can hold is reported. */
export function valueNodes(value: unknown, source: string, line: number | undefined, report: Report): SeedNode {
  const read = (found: unknown, path: string, depth: number): SeedNode => {
    const scalar = (of: string | number | boolean | null | Uint8Array, text: string): SeedNode => ({
      ...{ kind: 'scalar', line },
      value: of,
      text,
    })
    const refuse = (what: string) => {
      report({ source, line, path }, what)
      return scalar(null, '')
    }
    if (depth > depthMax) return refuse(`more than ${depthMax} levels deep, or within itself`)
    if (found === null || found === undefined) return scalar(null, '')
    if (typeof found === 'string' || typeof found === 'boolean') return scalar(found, String(found))
    if (typeof found === 'number') return scalar(found, String(found))
    if (typeof found === 'bigint') return scalar(Number(found), String(found))
    if (found instanceof Uint8Array) return scalar(found, '')
    if (found instanceof Date) return scalar(found.toISOString(), found.toISOString())
    if (JSON.isRawJSON(found)) return scalar(Number(found.rawJSON), found.rawJSON)
    if (Array.isArray(found)) {
      return { kind: 'list', line, items: found.map((item, index) => read(item, `${path}[${index}]`, depth + 1)) }
    }
    if (typeof found !== 'object') return refuse(`${typeof found} is nothing a seed can hold`)
    return {
      kind: 'mapping',
      line,
      entries: Object.entries(found)
        .filter(([, entry]) => entry !== undefined)
        .map(([name, entry]) => ({
          name,
          line,
          value: read(entry, path === '' ? name : `${path}.${name}`, depth + 1),
        })),
    }
  }
  return read(value, '', 0)
}

/** One JSON text, its numbers kept as they are written. Throws a `SyntaxError`. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? JSON.rawJSON(context.source) : value,
  )
}
