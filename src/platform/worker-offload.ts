import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Offload } from '../ports.ts'

/** Threads at most; the event loop and libuv's threads want a core too. */
const threadsMax = Math.min(4, Math.max(1, availableParallelism() - 1))
/** A thread without work for this long is let go. */
const idleMsMax = 30_000

/** What a worker is sent. */
export interface OffloadTask {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

/** What it answers. */
export type OffloadOutcome =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: unknown }

interface Waiting {
  readonly task: OffloadTask
  readonly transfer: readonly ArrayBuffer[]
  resolve(result: unknown): void
  reject(error: unknown): void
}

interface Thread {
  readonly worker: Worker
  current: Waiting | undefined
  idleTimer: NodeJS.Timeout | undefined
}

/** Runs the functions of `offload-worker.ts` on threads that start when they are first needed. */
export class WorkerOffload implements Offload {
  readonly #threads = new Set<Thread>()
  readonly #queue: Waiting[] = []
  #nextId = 0

  run<Result>(name: string, input: unknown, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const task = { id: this.#nextId++, name, input }
      this.#queue.push({ task, transfer, resolve: result => resolve(result as Result), reject })
      this.#next()
    })
  }

  #next(): void {
    if (this.#queue.length === 0) return
    let thread = [...this.#threads].find(({ current }) => current === undefined)
    if (thread === undefined && this.#threads.size < threadsMax) thread = this.#startThread()
    if (thread === undefined) return
    clearTimeout(thread.idleTimer)
    const waiting = this.#queue.shift()!
    thread.current = waiting
    thread.worker.ref()
    thread.worker.postMessage(waiting.task, waiting.transfer)
  }

  #startThread(): Thread {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./offload-worker.${extension}`, import.meta.url))
    const thread: Thread = { worker, current: undefined, idleTimer: undefined }
    this.#threads.add(thread)
    worker.on('message', (outcome: OffloadOutcome) => {
      const waiting = thread.current
      thread.current = undefined
      // An idle thread keeps nobody from leaving.
      worker.unref()
      thread.idleTimer = setTimeout(() => void worker.terminate(), idleMsMax).unref()
      if ('error' in outcome) waiting?.reject(outcome.error)
      else waiting?.resolve(outcome.result)
      this.#next()
    })
    worker.on('error', error => thread.current?.reject(error))
    worker.on('exit', () => {
      this.#threads.delete(thread)
      clearTimeout(thread.idleTimer)
      thread.current?.reject(new Error('the worker ended before it answered'))
      this.#next()
    })
    return thread
  }
}
