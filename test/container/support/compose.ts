import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { docker } from './docker.ts'

const run = promisify(execFile)
const healthPatienceMs = 60_000
const pollIntervalMs = 100
let projects = 0

/** Services of a compose file under test: removed, with their volumes, at the end of the scope that holds it. */
export class ComposeProject implements AsyncDisposable {
  readonly #file: string
  readonly #directory: string
  readonly #name = `ottla-test-${process.pid}-${projects++}`
  readonly #environment: NodeJS.ProcessEnv

  /** `file` is written beside the one it was made from, so that what it mounts is found. */
  constructor(file: string, directory: string, environment: Readonly<Record<string, string>> = {}) {
    this.#file = file
    this.#directory = directory
    this.#environment = { ...process.env, ...environment }
  }

  async up(): Promise<void> {
    await this.#compose('up', '--detach')
  }

  /** Another container in the place of the one that is there. */
  async replace(service: string): Promise<void> {
    await this.#compose('up', '--detach', '--force-recreate', service)
  }

  /** By the labels that every docker-compose sets: asking it takes a second. */
  async containerOf(service: string): Promise<string> {
    const labels = { project: this.#name, service }
    const filters = Object.entries(labels).flatMap(([name, value]) => [
      '--filter',
      `label=com.docker.compose.${name}=${value}`,
    ])
    return await docker('ps', '--all', '--quiet', '--no-trunc', ...filters)
  }

  async healthy(service: string): Promise<void> {
    const id = await this.containerOf(service)
    const deadlineMs = performance.now() + healthPatienceMs
    for (;;) {
      const [state, health] = (
        await docker('inspect', '--format', '{{.State.Status}} {{.State.Health.Status}}', id)
      ).split(' ')
      if (health === 'healthy') return
      if (state !== 'running' || performance.now() > deadlineMs) {
        throw new Error(`${service} is ${state} and ${health}:\n${await this.logs(service)}`)
      }
      await delay(pollIntervalMs)
    }
  }

  /** Resolves with the exit code of a service that ends by itself. */
  async ended(service: string): Promise<number> {
    return Number(await docker('wait', await this.containerOf(service)))
  }

  async logs(service: string): Promise<string> {
    return await docker('logs', await this.containerOf(service))
  }

  async exec(service: string, ...command: readonly string[]): Promise<string> {
    return await docker('exec', await this.containerOf(service), ...command)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compose('down', '--volumes', '--timeout', '0')
  }

  async #compose(...args: readonly string[]): Promise<string> {
    const { stdout } = await run(
      'docker-compose',
      [...['--file', this.#file, '--project-name', this.#name, '--project-directory', this.#directory], ...args],
      { env: this.#environment },
    )
    return stdout
  }
}

/** The text of a compose file with ports of the host that are free, and names that are nobody else's. */
export async function withoutFixedNames(file: string): Promise<string> {
  const text = await readFile(file, 'utf8')
  return text.replace(/^(\s*- ["']?)\d+:(\d+)(["']?)$/gm, '$1127.0.0.1::$2$3').replace(/^\s*container_name:.*\n/gm, '')
}
