import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCrashes } from '../support/crash-run.ts'

/** Kills a broker `count` times. */
export async function soakCrashes(count = 500): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-soak-'))
  try {
    const records = await runCrashes({ directory, crashes: count, batchesPerLife: 1000 })
    console.log(`crashes: ${count} crashes, ${records} records acknowledged and found`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
