import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import type { ValueSources } from '../ports.ts'

/** The files of this machine, and the environment that the process was started with. */
export class NodeValueSources implements ValueSources {
  readonly environment = process.env

  kindOf(path: string): 'file' | 'directory' | 'other' | undefined {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return undefined
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other'
  }

  list(path: string): readonly string[] | undefined {
    try {
      return readdirSync(path)
    } catch {
      return undefined
    }
  }

  readFile(path: string, bytesMax: number): Uint8Array | undefined {
    try {
      // Nothing that has to be waited for, such as a pipe.
      if (this.kindOf(path) !== 'file') return undefined
      const file = openSync(path, 'r')
      try {
        const { size } = fstatSync(file)
        if (size > bytesMax) return undefined
        const bytes = new Uint8Array(size)
        return bytes.subarray(0, readSync(file, bytes, 0, size, 0))
      } finally {
        closeSync(file)
      }
    } catch {
      return undefined
    }
  }
}
