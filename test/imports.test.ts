import assert from 'node:assert/strict'
import { it } from 'node:test'
import { importViolations } from '../scripts/check-imports.ts'

it('every room imports and uses only what import-rules.ts allows it', async () => {
  assert.deepEqual(await importViolations(), [])
})
