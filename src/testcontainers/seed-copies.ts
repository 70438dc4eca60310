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
}

/** A seed and the files of records that it names. All of it is read and checked here first: a `SeedError` says what is wrong. */
export async function copiesOf(seed: Seed | string): Promise<Copies> {
  const disk = new NodeDisk()
  if (typeof seed === 'string') {
    const { files } = await loadSeedFile(seed, disk)
    const copy = { source: resolve(seed), target: seedPath, mode: readableMode }
    return { contents: [], files: [copy, ...recordFiles(files, dirname(seed))] }
  }
  const { files } = await loadSeedValue(seed, disk)
  const { stringify } = await import('yaml')
  const content = stringify(seed, { customTags: ['binary'], aliasDuplicateObjects: false, lineWidth: 0 })
  return { contents: [{ content, target: seedPath, mode: readableMode }], files: recordFiles(files, '.') }
}

/** In the container the seed's own paths lead to them. */
function recordFiles(files: readonly string[], directory: string): Copies['files'] {
  return files.map(file => ({
    source: resolve(directory, file),
    target: posix.resolve(posix.dirname(seedPath), file),
    mode: readableMode,
  }))
}
