import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { serves } from '../../support/kafka-node.ts'
import { docker, type Output, tryDocker } from './docker.ts'

const startPatienceMs = 30_000
const pollIntervalMs = 10

export interface ContainerOptions {
  /** Arguments of `docker run` before the image's name. */
  readonly options?: readonly string[]
  /** The port of the container that the host may reach. */
  readonly port?: number
  /** Instead of the image's own command, or as its arguments. */
  readonly command?: readonly string[]
}

/** A container under test: removed, with its anonymous volumes, at the end of the scope that holds it. */
export class Container implements AsyncDisposable {
  readonly id: string
  readonly #port: number

  private constructor(id: string, port: number) {
    this.id = id
    this.#port = port
  }

  static async run(image: string, { options = [], port = 9092, command = [] }: ContainerOptions = {}) {
    const id = await docker('run', '--detach', '--publish', `127.0.0.1::${port}`, ...options, image, ...command)
    return new Container(id, port)
  }

  /** Where the host reaches it; another one after each start. */
  async hostPort(): Promise<number> {
    const [line = ''] = (await docker('port', this.id, String(this.#port))).split('\n')
    return Number(line.slice(line.lastIndexOf(':') + 1))
  }

  /** Resolves with the port on the host once the broker answers there. Docker's proxy accepts whoever comes, long before. */
  async served(): Promise<number> {
    const deadlineMs = performance.now() + startPatienceMs
    const port = await this.hostPort()
    while (!(await serves(port))) {
      if (performance.now() > deadlineMs || !(await this.isRunning())) {
        throw new Error(`the broker does not answer on ${port}:\n${await this.logs()}`)
      }
      await delay(pollIntervalMs)
    }
    return port
  }

  async isRunning(): Promise<boolean> {
    return (await docker('inspect', '--format', '{{.State.Running}}', this.id)) === 'true'
  }

  async pid(): Promise<number> {
    return Number(await docker('inspect', '--format', '{{.State.Pid}}', this.id))
  }

  async exitCode(): Promise<number> {
    return Number(await docker('wait', this.id))
  }

  async logs(): Promise<string> {
    const { stdout, stderr } = await tryDocker('logs', this.id)
    return stdout + stderr
  }

  /** Runs a command inside. */
  exec(...command: readonly string[]): Promise<Output> {
    return tryDocker('exec', this.id, ...command)
  }

  /** Runs a line of shell inside; rejects when it fails. */
  async shell(line: string, input = ''): Promise<string> {
    const child = spawn('docker', ['exec', '--interactive', this.id, 'bash', '-c', line])
    let output = ''
    let errors = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (errors += chunk))
    child.stdin.end(input)
    const code = await new Promise(resolve => child.on('close', resolve))
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${output}${errors}`)
    return output
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker('rm', '--force', '--volumes', this.id)
  }
}
