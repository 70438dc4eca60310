import { parentPort } from 'node:worker_threads'
import { createOffloadFunctions } from './offload-functions.ts'
import type { OffloadOutcome, OffloadTask } from './worker-offload.ts'

const offloadFunctions = createOffloadFunctions()

/** What a result says in `bytes` is given away instead of copied. */
function ownedBuffers(result: unknown): ArrayBuffer[] {
  const bytes = typeof result === 'object' && result !== null && 'bytes' in result ? result.bytes : undefined
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []
}

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
  parentPort?.postMessage(outcome, 'result' in outcome ? ownedBuffers(outcome.result) : [])
})
