import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exited, stopChild, temporaryDirectory, tied } from './java.ts'
import { freePorts, type KafkaNode, serves, soleNodeProperties } from './kafka-node.ts'

export interface OttlaOptions {
  readonly properties?: Readonly<Record<string, string>>
  /** An existing or new log directory, kept after `stop()`. */
  readonly directory?: string
  /** Free ones are taken where these are left out: for a node that comes again where its clients look for it. */
  readonly ports?: readonly number[]
}

const startPatienceMs = 30_000

/** Starts Ottla as its users do, from the command line with a properties file, and resolves once clients can use it. */
export async function startOttla(options: OttlaOptions = {}): Promise<KafkaNode> {
  const home = await temporaryDirectory('node')
  const [port, controllerPort] = options.ports ?? (await freePorts(2))
  const directory = options.directory ?? join(home.path, 'data')
  mkdirSync(directory, { recursive: true })
  const properties = { ...soleNodeProperties(port ?? 0, controllerPort ?? 0, directory), ...options.properties }
  const file = join(home.path, 'server.properties')
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )

  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const child = tied(spawn(process.execPath, [main, 'start', file], { stdio: ['ignore', 'pipe', 'pipe'] }))
  const logFile = join(home.path, 'output.log')
  const output = createWriteStream(logFile)
  child.stdout?.pipe(output, { end: false })
  child.stderr?.pipe(output, { end: false })
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
  const stop = async () => {
    await stopChild(child)
    home.remove()
  }
  try {
    await ready(child, port ?? 0)
  } catch (cause) {
    const said = log()
    await stop()
    throw new Error(`Ottla did not start:\n${said.slice(-4000)}`, { cause })
  }
  const clusterId = /^cluster\.id=(.+)$/m.exec(readFileSync(join(directory, 'meta.properties'), 'utf8'))?.[1] ?? ''
  return {
    bootstrapServers: `localhost:${port}`,
    port: port ?? 0,
    controllerPort: controllerPort ?? 0,
    clusterId,
    directory,
    pid: child.pid ?? 0,
    log,
    stop,
    async kill() {
      child.kill('SIGKILL')
      await exited(child)
      home.remove()
    },
  }
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + startPatienceMs
  const ended = exited(child).then(code => Promise.reject(new Error(`it ended with ${code}`)))
  ended.catch(() => {})
  while (!(await Promise.race([serves(port), ended]))) {
    if (Date.now() > deadline) throw new Error(`no answer on port ${port} within ${startPatienceMs} ms`)
    await Promise.race([delay(20), ended])
  }
}
