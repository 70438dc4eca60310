import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('the WebAssembly that is shipped is what its source compiles to', () => {
  const cwd = fileURLToPath(new URL('../../..', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, ['scripts/compile-wat.ts', '--check'], { cwd })
  assert.equal(status, 0, stderr.toString())
})
