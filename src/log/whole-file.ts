import type { Disk } from '../ports.ts'

/** Makes a file hold just these bytes, in place: who is interrupted leaves neither the old nor the new. */
export async function writeWholeFile(disk: Disk, path: string, bytes: Uint8Array, isSynced: boolean): Promise<void> {
  const file = await disk.open(path, 'create')
  try {
    await file.truncate(bytes.length)
    if (bytes.length > 0) await file.write([bytes], 0)
    if (isSynced) await file.sync()
  } finally {
    await file.close()
  }
}
