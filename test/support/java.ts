import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../..', import.meta.url))
const cacheDirectory = join(repository, 'node_modules', '.cache', 'ottla-compat')

/** The poms whose jars tests may ask for; each is a folder of `test/compat/java/`. */
export type Pom =
  | 'kafka-4.3.1'
  | 'programs-4.3.1'
  | 'clients-4.3.1'
  | 'clients-3.9'
  | 'clients-2.1.1'
  | 'testcontainers'

export interface JavaResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface JavaOptions {
  /** Entries as `resolveJars` and `javac` give them. */
  readonly classPath: readonly string[]
  readonly mainClass: string
  readonly args?: readonly string[]
  readonly jvmArgs?: readonly string[]
  readonly input?: string | Uint8Array
  /** The JVM is killed after that long. */
  readonly timeoutMs?: number
}

/** Small heap, one collector thread, first compiler tier: what short-lived JVMs on a small machine want. */
export const shortLivedJvmArgs = [
  '-Xmx256m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-XX:-UsePerfData',
] as const

/**
 * Makes something costly once and keeps it under `node_modules/.cache`, named by what it was made from. Test files run in several
 * processes: one makes it, the others wait for its lock. `make` fills the directory it is given.
 */
export async function cached(
  kind: string,
  inputs: readonly string[],
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(inputs.join('\0')).digest('hex').slice(0, 16)
  const directory = join(cacheDirectory, `${kind}-${hash}`)
  if (existsSync(directory)) return directory
  mkdirSync(cacheDirectory, { recursive: true })
  const release = await lock(`${directory}.lock`)
  try {
    if (existsSync(directory)) return directory
    const unfinished = `${directory}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished)
    await make(unfinished)
    renameSync(unfinished, directory)
    return directory
  } finally {
    release()
  }
}

/** A lock file names its owner's pid, so that one left behind by a killed process is taken over. */
async function lock(path: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(openSync(path, 'wx'), String(process.pid))
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
    if (owner > 0 && !isAlive(owner)) rmSync(path, { force: true })
    await delay(100)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The jars of one pom with everything they need at run time, through Maven the first time and from the cache afterwards. */
export async function resolveJars(pom: Pom): Promise<string[]> {
  const file = join(repository, 'test', 'compat', 'java', pom, 'pom.xml')
  const directory = await cached(`jars-${pom}`, [readFileSync(file, 'utf8')], async into => {
    await run('mvn', [
      '-q',
      '-B',
      '-f',
      file,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${into}`,
    ])
  })
  const jars = readdirSync(directory).filter(name => name.endsWith('.jar'))
  return jars.sort().map(name => join(directory, name))
}

/** Compiles small programs and yields the directory of their classes, a class path entry. */
export async function javac(sources: readonly string[], classPath: readonly string[]): Promise<string> {
  const contents = sources.map(source => readFileSync(source, 'utf8'))
  return cached(`classes-${basename(sources[0] ?? '', '.java')}`, [...contents, ...classPath], async into => {
    await run('javac', ['-nowarn', '-proc:none', '-cp', classPath.join(':'), '-d', into, ...sources])
  })
}

/** A log4j2 configuration that prints what goes wrong on standard error and nothing else. */
export function log4jArgs(): string[] {
  return [`-Dlog4j2.configurationFile=${join(repository, 'test', 'support', 'java', 'log4j2.yaml')}`]
}

/** Starts a JVM that cannot outlive this process: it is killed when this process exits or is told to. */
export function spawnJava(options: JavaOptions): ChildProcess {
  const { classPath, mainClass, args = [], jvmArgs = shortLivedJvmArgs } = options
  return tied(spawn('java', [...jvmArgs, '-cp', classPath.join(':'), mainClass, ...args], { stdio: 'pipe' }))
}

/** Runs a main class to its end. */
export async function java(options: JavaOptions): Promise<JavaResult> {
  const child = spawnJava(options)
  const killer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000)
  child.stdin?.on('error', () => {}) // A program that does not read its input may close it early.
  child.stdin?.end(options.input)
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited(child)])
  clearTimeout(killer)
  return { code, stdout, stderr }
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

export function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => resolve(code))
  })
}

/** SIGTERM, then SIGKILL for one that does not listen. */
export async function stopChild(child: ChildProcess, patienceMs = 15_000): Promise<void> {
  const end = exited(child)
  child.kill('SIGTERM')
  const killer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await end
  clearTimeout(killer)
}

const children = new Set<ChildProcess>()

/** Ties a child to this process: whichever way this one ends, short of SIGKILL, that one ends too. */
export function tied(child: ChildProcess): ChildProcess {
  if (children.size === 0) watchOwnEnd()
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

let watching = false
function watchOwnEnd(): void {
  if (watching) return
  watching = true
  const killAll = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  process.once('exit', killAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      killAll()
      process.kill(process.pid, signal)
    })
  }
}

/** A directory of this test's own, removed with `remove()`. */
export async function temporaryDirectory(name: string): Promise<{ path: string; remove(): void }> {
  const path = await mkdtemp(join(tmpdir(), `ottla-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
