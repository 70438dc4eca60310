import { parentPort } from 'node:worker_threads'
import { createOffloadFunctions } from './offload-functions.ts'
import type { OffloadOutcome, OffloadTask } from './worker-offload.ts'

const offloadFunctions = createOffloadFunctions()

/** The other end of `WorkerOffload`. */
parentPort?.on('message', (task: OffloadTask) => {
  let outcome: OffloadOutcome
  try {
    const run = offloadFunctions[task.name]
    if (run === undefined) throw new RangeError(`there is no function ${task.name} to offload`)
    outcome = { id: task.id, result: run(task.input) }
  } catch (error) {
    outcome = { id: task.id, error }
  }
  parentPort?.postMessage(outcome)
})
