import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { stopChild, tied } from '../../support/java.ts'
import type { AgentCommands } from './commands.ts'

/** How a client's program is started. */
export interface AgentCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** What the client itself reported. */
export class ClientError extends Error {}

const callTimeoutMs = 45_000

/** A client of another author in a process of its own, told over its standard input what to do next. */
export class Agent {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #stderr = ''
  #ended: string | undefined

  constructor(command: AgentCommand, bootstrapServers: string) {
    this.#child = tied(
      spawn(command.file, [...command.args, bootstrapServers], {
        stdio: 'pipe',
        env: { ...process.env, ...command.env },
      }),
    )
    const { stdout, stdin, stderr } = this.#child
    createInterface({ input: stdout! }).on('line', line => this.#take(line))
    stderr!.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-4_000)
    })
    stdin!.on('error', () => {})
    this.#child.on('error', error => this.#failAll(error.message))
    this.#child.on('exit', code => this.#failAll(`ended with code ${code}`))
  }

  /** Commands are carried out one after the other. Rejects with a `ClientError` where the client reports an error. */
  call<Name extends keyof AgentCommands>(
    name: Name,
    args: AgentCommands[Name]['args'],
  ): Promise<AgentCommands[Name]['result']> {
    if (this.#ended !== undefined) return Promise.reject(this.#endError(this.#ended))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new Error(`${name} took longer than ${callTimeoutMs} ms\n${this.#stderr}`))
      }, callTimeoutMs)
      this.#waiting.set(id, {
        resolve(result) {
          clearTimeout(timer)
          resolve(result as AgentCommands[Name]['result'])
        },
        reject(error) {
          clearTimeout(timer)
          reject(error)
        },
      })
      this.#child.stdin!.write(`${JSON.stringify({ id, name, args })}\n`)
    })
  }

  async stop(): Promise<void> {
    this.#child.stdin!.end()
    await stopChild(this.#child, 5_000)
  }

  #take(line: string): void {
    // Some clients print to standard output what they think of the world.
    if (!line.startsWith('{"id":')) return
    const answer = JSON.parse(line) as { id: number; result?: unknown; error?: string }
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.error === undefined) waiting?.resolve(answer.result)
    else waiting?.reject(new ClientError(answer.error))
  }

  #failAll(reason: string): void {
    this.#ended = reason
    for (const { reject } of this.#waiting.values()) reject(this.#endError(reason))
    this.#waiting.clear()
  }

  #endError(reason: string): Error {
    return new Error(`the client's program ${reason}\n${this.#stderr}`)
  }
}
