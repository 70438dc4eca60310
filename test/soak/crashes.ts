import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCrashes } from '../support/crash-run.ts'

/** Kills a broker `count` times, and a tenth as often one whose partitions move between two log directories. */
export async function soakCrashes(count = 500): Promise<void> {
  await soak(count, false)
  await soak(Math.ceil(count / 10), true)
}

async function soak(crashes: number, isMoving: boolean): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-soak-'))
  try {
    const records = await runCrashes({ directory, crashes, batchesPerLife: 1000, isMoving })
    const what = isMoving ? 'crashes between moves' : 'crashes'
    console.log(`crashes: ${crashes} ${what}, ${records} records acknowledged and found`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
