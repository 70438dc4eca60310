import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCrashes } from '../support/crash-run.ts'

test('what was acknowledged before a kill is there after it, in order and once', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  assert.ok((await runCrashes({ directory, crashes: 20, batchesPerLife: 60 })) > 600)
})

test('so it is where partitions move between two log directories when the broker is killed', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  assert.ok((await runCrashes({ directory, crashes: 20, batchesPerLife: 60, isMoving: true })) > 600)
})
