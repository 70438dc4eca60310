import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { it } from 'node:test'

const keepAlive = new URL('../../src/platform/keep-alive.ts', import.meta.url).href

/** What becomes of a process that waits for nothing but a timer of the clock's. */
function run(waits: string): number | null {
  const program = `
    import { keepingAlive } from '${keepAlive}'
    const pause = () => new Promise(resolve => setTimeout(resolve, 50).unref())
    await ${waits}
  `
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program]).status
}

it('a process that waits for a timer alone ends before it, unless it is kept alive for that long and no longer', () => {
  const unsettledAwait = 13
  assert.equal(run('pause()'), unsettledAwait)
  assert.equal(run('keepingAlive(pause)'), 0)
  assert.equal(run('keepingAlive(() => pause().then(() => { throw 1 })).catch(() => {})'), 0)
})
