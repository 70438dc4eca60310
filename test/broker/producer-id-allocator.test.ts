import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ControllerClient } from '../../src/broker/metadata/controller-client.ts'
import { ProducerIdAllocator } from '../../src/broker/producer-id-allocator.ts'

function allocatorOf(blockLength: number, refusals = 0) {
  let next = 1000
  let refused = 0
  let blocks = 0
  const controller = {
    async allocateProducerIds() {
      if (refused++ < refusals) throw new Error('no controller')
      blocks++
      const firstProducerId = next
      next += blockLength
      return { firstProducerId, length: blockLength }
    },
  } as unknown as ControllerClient
  return { allocator: new ProducerIdAllocator(controller), blocks: () => blocks }
}

test('producer ids follow one another, and a block is asked for only when the last one is used up', async () => {
  const { allocator, blocks } = allocatorOf(3)
  const ids = []
  for (let count = 0; count < 7; count++) ids.push(await allocator.next())
  assert.deepEqual(ids, [1000, 1001, 1002, 1003, 1004, 1005, 1006])
  assert.equal(blocks(), 3)
})

test('many who ask at once get different ids, over several blocks', async () => {
  const { allocator } = allocatorOf(2)
  const ids = await Promise.all(Array.from({ length: 9 }, () => allocator.next()))
  assert.equal(new Set(ids).size, 9)
})

test('a refused block fails who asked, and the next one asks anew', async () => {
  const { allocator } = allocatorOf(2, 1)
  await assert.rejects(async () => allocator.next())
  assert.equal(await allocator.next(), 1000)
})
