import { createInterface } from 'node:readline'
import type { AgentCommands } from './commands.ts'

export type AgentHandlers = {
  [Name in keyof AgentCommands]?: (
    args: AgentCommands[Name]['args'],
  ) => Promise<AgentCommands[Name]['result']> | AgentCommands[Name]['result']
}

/** The main loop of an agent that is written for Node.js. */
export async function serveCommands(handlers: AgentHandlers): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, name, args } = JSON.parse(line) as { id: number; name: keyof AgentCommands; args: never }
    const handler = handlers[name] as ((args: never) => unknown) | undefined
    let answer: { id: number; result?: unknown; error?: string }
    try {
      if (handler === undefined) throw new Error(`the client has no ${name}`)
      answer = { id, result: (await handler(args)) ?? null }
    } catch (error) {
      answer = { id, error: messagesOf(error) }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
  process.exit(0)
}

/** Clients wrap: what the broker said may lie some causes deeper. */
function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner = error instanceof AggregateError ? error.errors : [error.cause].filter(cause => cause !== undefined)
  return [error.message, ...inner.map(messagesOf)].join(': ')
}

/** Hands what a client pushes to whoever polls. */
export class RecordQueue<T> {
  readonly #records: T[] = []
  #wake: (() => void) | undefined

  push(record: T): void {
    this.#records.push(record)
    this.#wake?.()
  }

  async take(max: number, waitMs: number): Promise<T[]> {
    if (this.#records.length === 0) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, waitMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
    return this.#records.splice(0, max)
  }
}
