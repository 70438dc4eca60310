import { parentPort } from 'node:worker_threads'
import { createOffloadFunctions } from './offload-functions.ts'
import type { OffloadOutcome, OffloadTask } from './worker-offload.ts'

const offloadFunctions = createOffloadFunctions()

/** The bytes in a result are given away instead of copied. */
function ownedBuffers(result: unknown): ArrayBuffer[] {
  if (typeof result !== 'object' || result === null) return []
  const buffers = Object.values(result).map(value => (value instanceof Uint8Array ? value.buffer : undefined))
  return [...new Set(buffers.filter(buffer => buffer instanceof ArrayBuffer))]
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
