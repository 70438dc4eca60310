import type { ValueSources } from '../../ports.ts'

/** What a file may hold that values of a configuration are in. */
const fileBytesMax = 1024 * 1024

/** The text of a file in UTF-8; undefined where it cannot be read, is larger than any of its kind, or is no text. */
export function textOf(path: string, sources: ValueSources): string | undefined {
  const bytes = sources.readFile(path, fileBytesMax)
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
