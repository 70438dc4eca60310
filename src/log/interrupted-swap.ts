import type { Disk } from '../ports.ts'
import { scanBatches } from './batch-scan.ts'
import { parseSegmentFileName } from './file-names.ts'

interface NamedFile {
  readonly name: string
  readonly baseOffset: number
}

/**
 * Completes or takes back the replacement of segments by cleaned ones that a crash has interrupted (`LogLoader`).
 *
 * The cleaner writes `….cleaned`; renames it to `….swap`, from where on the new segments count; renames the old ones
 * to `….deleted`; renames `.swap` to the plain names. So a `.swap` is complete, unless `.cleaned` files are left at or
 * below its offset: then the cleaner was still renaming, and all of it goes.
 */
export async function completeSwap(disk: Disk, directory: string, names: Set<string>): Promise<void> {
  const remove = async (name: string) => {
    names.delete(name)
    await disk.remove(`${directory}/${name}`)
  }
  const withSuffix = (suffix: string): NamedFile[] =>
    [...names].flatMap(name => {
      const parsed = parseSegmentFileName(name)
      return parsed?.suffix.endsWith(suffix) === true ? [{ name, baseOffset: parsed.baseOffset }] : []
    })
  const cleaned = withSuffix('.cleaned')
  const firstCleaned = Math.min(Number.POSITIVE_INFINITY, ...cleaned.map(({ baseOffset }) => baseOffset))
  for (const { name, baseOffset } of withSuffix('.swap')) if (baseOffset >= firstCleaned) await remove(name)
  for (const { name } of cleaned) await remove(name)

  const swapped = withSuffix('.swap')
  const logs = swapped.filter(({ name }) => name.endsWith('.log.swap'))
  if (logs.length > 0) {
    const from = Math.min(...logs.map(({ baseOffset }) => baseOffset))
    const ends = await Promise.all(logs.map(({ name, baseOffset }) => endOf(disk, `${directory}/${name}`, baseOffset)))
    const to = Math.max(...ends)
    for (const name of [...names]) {
      const parsed = parseSegmentFileName(name)
      if (parsed === undefined || parsed.suffix.endsWith('.swap')) continue
      if (parsed.baseOffset >= from && parsed.baseOffset < to) await remove(name)
    }
  }
  for (const { name } of swapped) {
    const plain = name.slice(0, -'.swap'.length)
    await disk.rename(`${directory}/${name}`, `${directory}/${plain}`)
    names.delete(name)
    names.add(plain)
  }
}

/** One past the last offset in a segment file. */
async function endOf(disk: Disk, path: string, baseOffset: number): Promise<number> {
  const file = await disk.open(path, 'read')
  try {
    let nextOffset = baseOffset
    await scanBatches(file, 0, await file.size(), batch => {
      nextOffset = batch.nextOffset
      return true
    })
    return nextOffset
  } finally {
    await file.close()
  }
}
