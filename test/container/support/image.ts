import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { confluentVersion, kafkaVersion } from '../../../src/cli/version.ts'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** What the image is made of: the same files, the same image. */
const sources = [
  ...['Dockerfile', '.dockerignore', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json'],
  ...['bin', 'container', 'scripts', 'src'],
]

const buildMinutesMax = 10
const pollIntervalMs = 200
const outputBytesMax = 64 << 20

/** Images of one checkout, which differ only in how they start. */
export interface OttlaImages {
  /** In the place of `apache/kafka`. */
  readonly kafka: string
  /** In the place of `confluentinc/cp-kafka`. */
  readonly confluent: string
}

/** What takes the place of `apache/kafka`; see `ottlaImages`. */
export async function ottlaImage(): Promise<string> {
  return (await ottlaImages()).kafka
}

/**
 * Images of this checkout, `ottla-test-HASH:VERSION`, built when there are none yet: once, however many processes ask
 * for them at the same time. `OTTLA_IMAGE` names another image to test.
 */
export async function ottlaImages(): Promise<OttlaImages> {
  const given = process.env['OTTLA_IMAGE'] ?? ''
  if (given !== '') return { kafka: given, confluent: given }
  const name = `ottla-test-${await contentHash()}`
  const images = { kafka: `${name}:${kafkaVersion}`, confluent: `${name}:${confluentVersion}` }
  const lock = join(tmpdir(), `${name}.lock`)
  const deadlineMs = performance.now() + buildMinutesMax * 60_000
  while (!(await exists(images.confluent))) {
    if (await take(lock)) {
      try {
        await build(name)
      } finally {
        await rm(lock, { force: true })
      }
    } else if (performance.now() > deadlineMs) {
      throw new Error(`${lock} is held by a build that does not end`)
    } else await delay(pollIntervalMs)
  }
  return images
}

async function contentHash(): Promise<string> {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const path of await filesOf(source)) {
      hash.update(`${path}\0`).update(await readFile(join(repository, path)))
    }
  }
  return hash.digest('hex').slice(0, 16)
}

/** In an order that depends on nothing but their names. */
async function filesOf(source: string): Promise<string[]> {
  if (/\.|^[A-Z]/.test(source)) return [source]
  const entries = await readdir(join(repository, source), { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(repository.length)).sort()
}

async function exists(tag: string): Promise<boolean> {
  return run('docker', ['image', 'inspect', tag]).then(
    () => true,
    () => false,
  )
}

/** Holds the lock's file, unless another process does that is still there. */
async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''))
    if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true })
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** In a copy, so that nobody's `dist/` changes under them. */
async function build(name: string): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'ottla-image-'))
  try {
    for (const source of sources) await cp(join(repository, source), join(copy, source), { recursive: true })
    await symlink(join(repository, 'node_modules'), join(copy, 'node_modules'))
    const environment = { ...process.env, DOCKER_BUILDKIT: '0' }
    await run(process.execPath, ['scripts/image.ts', '--name', name], {
      ...{ cwd: copy, env: environment, maxBuffer: outputBytesMax },
    })
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
