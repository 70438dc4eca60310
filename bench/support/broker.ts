import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, serves, startKafka } from '../../test/support/kafka-node.ts'

/** A broker under measurement: started for one run of the benchmarks, stopped at its end. */
export interface Broker {
  readonly name: 'ottla' | 'kafka'
  readonly port: number
  readonly pid: number
  /** From starting the process to the first Metadata answer. */
  readonly startMs: number
  readonly directory: string
  stop(): Promise<void>
  /** Ends it at once, by SIGKILL. */
  kill(): Promise<void>
}

/** Which broker: starts one wherever it is asked to. */
export interface BrokerKind {
  readonly name: Broker['name']
  start(options?: BrokerOptions): Promise<Broker>
}

export interface BrokerOptions {
  /** A log directory that is there, and stays; without one the broker has its own until it stops. */
  readonly directory?: string
  readonly properties?: Readonly<Record<string, string>>
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

const settings = {
  // Deleted topics go at once: what one round left behind must not be what the next one's writes wait for.
  'log.segment.delete.delay.ms': '0',
  // What is measured of groups is not how long they wait for more members.
  'group.initial.rebalance.delay.ms': '0',
}

const START_PATIENCE_MS = 120_000
/** A stop that is cut short is no clean one: two gigabytes may have to reach the disk first. */
const STOP_PATIENCE_MS = 120_000
const POLL_INTERVAL_MS = 2

/** Ottla as a user gets it: `bin/ottla.js` over `dist/`, which `npm run bench` builds first. */
export const ottla: BrokerKind = {
  name: 'ottla',
  async start(options = {}) {
    if (!existsSync(join(repository, 'dist'))) throw new Error('dist/ is missing: npm run build')
    const [port = 0] = await freePorts(1)
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'ottla-bench-'))
    const properties = {
      listeners: `PLAINTEXT://127.0.0.1:${port}`,
      'log.dirs': directory,
      ...settings,
      ...options.properties,
    }
    const overrides = Object.entries(properties).flatMap(([key, value]) => ['--override', `${key}=${value}`])
    const started = performance.now()
    const child = spawn(process.execPath, ['bin/ottla.js', 'start', ...overrides], {
      cwd: repository,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await firstMetadata(child, port)
    const remove = () => {
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
    }
    return {
      name: 'ottla',
      port,
      pid: child.pid as number,
      directory,
      startMs: performance.now() - started,
      stop: () => end(child, 'SIGTERM').then(remove),
      kill: () => end(child, 'SIGKILL').then(remove),
    }
  },
}

/** Apache Kafka 4.3.1 with the collector of its own start script, whose heap is 1g. */
export function kafkaOfHeap(heap: string): BrokerKind {
  return {
    name: 'kafka',
    async start({ directory, properties } = {}) {
      const started = performance.now()
      const node = await startKafka({
        jvmArgs: ['-server', `-Xms${heap}`, `-Xmx${heap}`, '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
        classDataArchive: false,
        stopPatienceMs: STOP_PATIENCE_MS,
        properties: { ...settings, ...properties },
        ...(directory === undefined ? {} : { directory }),
      })
      const { port, pid, stop, kill } = node
      return { name: 'kafka', port, pid, directory: node.directory, startMs: performance.now() - started, stop, kill }
    },
  }
}

async function firstMetadata(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + START_PATIENCE_MS
  while (!(await serves(port))) {
    if (child.exitCode !== null) throw new Error(`the broker ended with code ${child.exitCode}`)
    if (performance.now() > deadline) throw new Error('the broker did not answer')
    await new Promise(resolve => setTimeout(resolve, POLL_INTERVAL_MS))
  }
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}
