import { createHash } from 'node:crypto'
import { dirname, posix, resolve } from 'node:path'
import { NodeDisk } from '../platform/node-disk.ts'
import { loadSeedFile, loadSeedValue } from '../seed/load-seed.ts'
import type { Seed } from '../seed/seed.ts'

/** Where the image looks for a seed. */
const seedPath = '/etc/ottla/seed.yaml'
const readableMode = 0o644

/** What is copied into a container, as Testcontainers takes it. */
export interface Copies {
  readonly contents: { content: string; target: string; mode: number }[]
  readonly files: { source: string; target: string; mode: number }[]
  /** Of all bytes that are copied. */
  readonly digest: string
}

/** A seed and the files of records that it names. All of it is read and checked here first: a `SeedError` says what is wrong. */
export async function copiesOf(seed: Seed | string): Promise<Copies> {
  const disk = new NodeDisk()
  const contents: Copies['contents'] = []
  const files: Copies['files'] = []
  if (typeof seed === 'string') {
    const loaded = await loadSeedFile(seed, disk)
    files.push({ source: resolve(seed), target: seedPath, mode: readableMode })
    files.push(...recordFiles(loaded.files, dirname(seed)))
  } else {
    const loaded = await loadSeedValue(seed, disk)
    const { stringify } = await import('yaml')
    const content = stringify(seed, { customTags: ['binary'], aliasDuplicateObjects: false, lineWidth: 0 })
    contents.push({ content, target: seedPath, mode: readableMode })
    files.push(...recordFiles(loaded.files, '.'))
  }
  const hash = createHash('sha256')
  for (const { content } of contents) hash.update(content)
  for (const { source, target } of files) hash.update(`${target}\0`).update(await disk.readFile(source))
  return { contents, files, digest: hash.digest('hex') }
}

/** In the container the seed's own paths lead to them. */
function recordFiles(files: readonly string[], directory: string): Copies['files'] {
  return files.map(file => ({
    source: resolve(directory, file),
    target: posix.resolve(posix.dirname(seedPath), file),
    mode: readableMode,
  }))
}
