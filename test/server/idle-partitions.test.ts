import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startTestBroker } from '../support/test-broker.ts'

const topics = 4
const partitionsPerTopic = 500
const partitions = topics * partitionsPerTopic
const heapBytesMax = 10 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** After all that was begun has ended. */
async function resources() {
  for (let turns = 0; turns < 50; turns++) await new Promise(resolve => setImmediate(resolve))
  collectGarbage()
  return {
    heapBytes: process.memoryUsage().heapUsed,
    timers: process.getActiveResourcesInfo().filter(name => name === 'Timeout').length,
    descriptors: readdirSync('/proc/self/fd').length,
  }
}

test('an idle partition has no timer and no open descriptor, and at most 10 KiB of heap in the whole broker', {
  skip: process.platform !== 'linux' && 'counts descriptors in /proc',
}, async t => {
  const broker = await startTestBroker(t)
  await broker.createTopic('first')
  const before = await resources()
  for (let topic = 0; topic < topics; topic++) {
    await broker.createTopic(`idle-${topic}`, { partitions: partitionsPerTopic })
  }
  const after = await resources()
  const heapBytes = (after.heapBytes - before.heapBytes) / partitions
  assert.ok(heapBytes < heapBytesMax, `${heapBytes} bytes each`)
  assert.ok(after.timers <= before.timers, `${after.timers - before.timers} timers`)
  assert.ok(after.descriptors <= before.descriptors + 8, `${after.descriptors - before.descriptors} descriptors`)
  await broker.restart()
  const again = await resources()
  assert.ok(again.descriptors <= before.descriptors + 8, `${again.descriptors - before.descriptors} after a restart`)
})
