import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PIECE_BYTES = 256 << 10

/**
 * Has the page cache use `bytes` and give them back. In a virtual machine free memory may have gone back to the host,
 * and the first touch of such a page costs several times what a write to a page at hand costs: whoever is measured
 * while the memory is cold pays that for both brokers (a gigabyte took 0.2 s of CPU warm and 1.6 s cold).
 */
export function warmFreeMemory(bytes: number): void {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-memory-'))
  const file = openSync(join(directory, 'pages'), 'w')
  const piece = Buffer.alloc(PIECE_BYTES)
  for (let written = 0; written < bytes; written += PIECE_BYTES) writeSync(file, piece)
  closeSync(file)
  rmSync(directory, { recursive: true })
}
