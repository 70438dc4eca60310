import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../bin/ottla.js', import.meta.url))

interface OttlaProcessOptions {
  readonly cwd: string
  readonly launcher?: string
  readonly nodeOptions?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** `bin/ottla.js` in a process of its own. */
export class OttlaProcess {
  readonly child: ChildProcess
  output = ''
  errors = ''
  readonly #exited: Promise<[code: number | null, signal: string | null]>

  constructor(commandLine: readonly string[], options: OttlaProcessOptions) {
    const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('KAFKA_'))
    this.child = spawn(
      process.execPath,
      [...(options.nodeOptions ?? []), options.launcher ?? launcher, ...commandLine],
      {
        cwd: options.cwd,
        env: { ...Object.fromEntries(environment), ...options.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.child.stdout!.on('data', chunk => (this.output += chunk))
    this.child.stderr!.on('data', chunk => (this.errors += chunk))
    this.#exited = once(this.child, 'close') as Promise<[number | null, string | null]>
  }

  /** Resolves once the output matches; rejects when the process ends before that. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output)
      if (match !== null) return match
      const ended = await Promise.race([
        once(this.child.stdout!, 'data').then(() => false),
        this.#exited.then(() => !pattern.test(this.output)),
      ])
      if (ended) throw new Error(`ended before it printed ${pattern}:\n${this.output}\n${this.errors}`)
    }
  }

  /** The port of the first listener, once the node has started. */
  async startedOnPort(): Promise<number> {
    const [, port] = await this.prints(/listeners {7}\S+:(\d+)[\s\S]*Ctrl-C stops it\./)
    return Number(port)
  }

  async exitCode(): Promise<number | null> {
    return (await this.#exited)[0]
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return await this.exitCode()
  }
}
