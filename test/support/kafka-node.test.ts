import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { serves, startKafka } from './kafka-node.ts'
import { skipWithout } from './require.ts'

test('a real Kafka node starts, answers, and leaves neither process nor directory behind', {
  skip: skipWithout('java'),
}, async () => {
  const node = await startKafka()
  assert.equal(await serves(node.port), true)
  await node.stop()
  assert.equal(await serves(node.port), false)
  assert.equal(existsSync(node.directory), false)
  assert.throws(() => process.kill(node.pid, 0))
})
