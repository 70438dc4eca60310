import { test } from 'node:test'
import { checkLogAgainstModel } from './log-model.ts'

test('a log behaves like a list of batches under any sequence of operations, restarts and crashes', async () => {
  await checkLogAgainstModel(300)
})
