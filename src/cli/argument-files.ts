import { type Disk, DiskError } from '../ports.ts'

/** A file may name another; one that names itself must end somewhere. */
const filesMax = 100

/** The words with each `@file` among them replaced by the lines of that file, which may name further ones. */
export async function withArgumentFiles(
  words: readonly string[],
  disk: Disk,
  refusal: (message: string) => Error,
): Promise<string[]> {
  const pending = [...words].reverse()
  const expanded: string[] = []
  let files = 0
  for (let word = pending.pop(); word !== undefined; word = pending.pop()) {
    if (!word.startsWith('@')) {
      expanded.push(word)
      continue
    }
    const lines = ++files > filesMax ? undefined : await linesOf(word.slice(1), disk)
    if (lines === undefined) throw refusal(`Could not read arguments from file '${word.slice(1)}'`)
    pending.push(...lines.reverse())
  }
  return expanded
}

async function linesOf(path: string, disk: Disk): Promise<string[] | undefined> {
  try {
    const text = new TextDecoder().decode(await disk.readFile(path))
    return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
  } catch (error) {
    if (error instanceof DiskError) return undefined
    throw error
  }
}
