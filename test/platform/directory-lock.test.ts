import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NodeDirectoryLocks } from '../../src/platform/directory-lock.ts'
import { DiskError } from '../../src/ports.ts'
import { skipWithout } from '../support/require.ts'

const isTaken = (error: unknown) => error instanceof DiskError && error.code === 'EAGAIN'

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'ottla-lock-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** Holds the lock that Kafka has, the one of `fcntl`, in a process of its own. */
async function lockedByOther(t: TestContext, path: string): Promise<void> {
  const script = `import fcntl, sys
file = open(sys.argv[1], 'a+')
fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
print('locked', flush=True)
sys.stdin.read()`
  const other = spawn('python3', ['-c', script, join(path, '.lock')], { stdio: ['pipe', 'pipe', 'ignore'] })
  t.after(() => other.kill())
  const ended = once(other, 'exit').then(() => Promise.reject(new Error('it did not get the lock')))
  // Its end in the clean-up is no news any more.
  ended.catch(() => {})
  await Promise.race([once(other.stdout, 'data'), ended])
}

/** Where the package for the kernel's lock is missing. */
const withoutNative = async () => undefined

for (const [title, locks] of [
  ['with the lock of the kernel', () => new NodeDirectoryLocks()],
  ['without it', () => new NodeDirectoryLocks(withoutNative)],
] as const) {
  describe(`a log directory, ${title}`, () => {
    it('is taken once, and again after it was given back', async t => {
      const path = directory(t)
      const giveBack = await locks().acquire(path)
      await assert.rejects(locks().acquire(path), isTaken)
      await giveBack()
      await (await locks().acquire(path))()
    })

    it('stays taken when nobody remembers it any more', async t => {
      const path = directory(t)
      await locks().acquire(path)
      collectGarbage()
      await setImmediate()
      await assert.rejects(locks().acquire(path), isTaken)
    })

    it('is not taken while another program has locked it as Kafka does', { skip: skipWithout('python') }, async t => {
      const path = directory(t)
      await lockedByOther(t, path)
      await assert.rejects(locks().acquire(path), isTaken)
    })
  })
}

describe('the lock of the kernel', () => {
  it('is seen by other programs', { skip: skipWithout('python') }, async t => {
    const path = directory(t)
    const giveBack = await new NodeDirectoryLocks().acquire(path)
    await assert.rejects(lockedByOther(t, path))
    await giveBack()
  })
})
