import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRequired } from './require.ts'

test('OTTLA_REQUIRE lists what must not be skipped, and Java stands for the whole compatibility suite', () => {
  assert.equal(isRequired('java', ''), false)
  assert.equal(isRequired('java', 'docker'), false)
  assert.equal(isRequired('docker', 'java, docker'), true)
  assert.equal(isRequired('go', 'java'), true)
  assert.equal(isRequired('docker', 'java'), false)
})
