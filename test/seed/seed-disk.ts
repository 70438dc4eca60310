import { type Disk, DiskError } from '../../src/ports.ts'

/** A disk that holds a few texts, to be read. Half a surrogate pair stands for a byte that is not UTF-8. */
export function seedDisk(files: Readonly<Record<string, string>>): Disk {
  const bytesOf = (path: string): Uint8Array => {
    const text = files[path]
    if (text === undefined) throw new DiskError('ENOENT', path)
    return text.startsWith('\udc80') ? Uint8Array.of(0x80) : new TextEncoder().encode(text)
  }
  const readFile = async (path: string) => bytesOf(path)
  const status = async (path: string) => ({ sizeInBytes: bytesOf(path).length, modifiedMs: 0 })
  return { readFile, status } as Partial<Disk> as Disk
}
