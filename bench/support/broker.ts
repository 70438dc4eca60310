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
  stop(): Promise<void>
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Deleted topics go at once: what one round left behind must not be what the next one's writes wait for. */
const settings = [['log.segment.delete.delay.ms', '0']] as const

const START_PATIENCE_MS = 60_000
const POLL_INTERVAL_MS = 2

/** Ottla as a user gets it: `bin/ottla.js` over `dist/`, which `npm run bench` builds first. */
export async function startOttla(): Promise<Broker> {
  if (!existsSync(join(repository, 'dist'))) throw new Error('dist/ is missing: npm run build')
  const [port] = await freePorts(1)
  const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-'))
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [
      'bin/ottla.js',
      'start',
      '--override',
      `listeners=PLAINTEXT://127.0.0.1:${port}`,
      '--override',
      `log.dirs=${directory}`,
      ...settings.flatMap(([key, value]) => ['--override', `${key}=${value}`]),
    ],
    { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  await firstMetadata(child, port as number)
  return {
    name: 'ottla',
    port: port as number,
    pid: child.pid as number,
    startMs: performance.now() - started,
    async stop() {
      await end(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Apache Kafka 4.3.1 with the heap and collector of its own start script. */
export async function startJvmKafka(): Promise<Broker> {
  const started = performance.now()
  const node = await startKafka({
    jvmArgs: ['-server', '-Xms1g', '-Xmx1g', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
    classDataArchive: false,
    properties: Object.fromEntries(settings),
  })
  return { name: 'kafka', port: node.port, pid: node.pid, startMs: performance.now() - started, stop: node.stop }
}

async function firstMetadata(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + START_PATIENCE_MS
  while (!(await serves(port))) {
    if (child.exitCode !== null) throw new Error(`the broker ended with code ${child.exitCode}`)
    if (performance.now() > deadline) throw new Error('the broker did not answer')
    await new Promise(resolve => setTimeout(resolve, POLL_INTERVAL_MS))
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
