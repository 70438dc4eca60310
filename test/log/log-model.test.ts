import { test } from 'node:test'
import { checkLogAgainstModel } from './log-model.ts'

test('a log behaves like a list of batches under any sequence of operations, restarts and crashes', async () => {
  await checkLogAgainstModel(300)
})

test('so it does over hundreds of them', async () => {
  await checkLogAgainstModel(10, 200, 300)
})
