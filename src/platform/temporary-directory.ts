import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new, empty directory among the machine's temporary files; its name tells which process it belongs to. */
export function makeTemporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), `ottla-broker-${process.pid}-`))
}

export function removeDirectory(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 })
}
