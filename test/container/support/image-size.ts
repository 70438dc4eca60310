import { spawn } from 'node:child_process'
import { createGzip } from 'node:zlib'

/** What a registry of images would send: the size of `docker save`, compressed. */
export async function compressedBytes(image: string): Promise<number> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  for await (const chunk of save.stdout.pipe(createGzip())) bytes += (chunk as Uint8Array).length
  return bytes
}
