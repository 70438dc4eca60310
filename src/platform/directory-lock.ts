import fs from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { type DirectoryLocks, DiskError } from '../ports.ts'

const lockFileName = '.lock'

// Plain descriptors: a `FileHandle` that nobody refers to any more is closed by the collector, which ends the process.
const open = promisify(fs.open)
const close = promisify(fs.close)
const statusOf = promisify(fs.fstat)

/**
 * Kafka locks the file `.lock` with `fcntl`. Where the package that can do so is installed, so does this, and either
 * keeps the other out. Where it is not, a directory that another process has locked is left alone, and among brokers
 * like this one it is claimed by a socket in the abstract namespace, or on macOS by opening `.lock` exclusively. The
 * kernel gives each of them up when the process ends, however it ends.
 */
export class NodeDirectoryLocks implements DirectoryLocks {
  readonly #tryLock: (fileDescriptor: number) => Promise<boolean | undefined>

  /** `tryLock` takes the kernel's lock on a file; it resolves with `undefined` where it has no means to. */
  constructor(tryLock = tryNativeLock) {
    this.#tryLock = tryLock
  }

  async acquire(path: string): Promise<() => Promise<void>> {
    let file: number | undefined
    try {
      // Kafka's tools expect the file whatever it is locked by.
      file = await open(`${path}/${lockFileName}`, 'a+')
      const isLocked = await this.#tryLock(file)
      if (isLocked === false) throw alreadyLocked()
      // The lock belongs to this descriptor, and goes with it.
      if (isLocked) return closing(file)
      await refuseLockOfOthers(file)
      await close(file)
      file = undefined
      return await (process.platform === 'linux' ? claimSocket(path) : openExclusively(path))
    } catch (error) {
      if (file !== undefined) await close(file).catch(() => {})
      const code = (error as NodeJS.ErrnoException).code ?? 'EIO'
      throw new DiskError(code === 'EADDRINUSE' ? 'EAGAIN' : code, path, error)
    }
  }
}

/** Once: the number may be another file's afterwards. */
function closing(file: number): () => Promise<void> {
  let closed: Promise<void> | undefined
  return () => {
    closed ??= close(file)
    return closed
  }
}

function alreadyLocked(): Error {
  return Object.assign(new Error('another process has locked the file'), { code: 'EAGAIN' })
}

async function tryNativeLock(fileDescriptor: number): Promise<boolean | undefined> {
  try {
    const { tryLock } = await import('fs-native-extensions')
    return tryLock(fileDescriptor)
  } catch {
    // Not installed, or not built for this machine.
    return undefined
  }
}

/** By what Linux lists of everybody's locks: `1: POSIX  ADVISORY  WRITE 1960 fe:00:10618641 0 EOF`. */
async function refuseLockOfOthers(file: number): Promise<void> {
  const { ino } = await statusOf(file)
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '')
  if (locks.split('\n').some(line => line.split(/\s+/)[5]?.endsWith(`:${ino}`) === true)) throw alreadyLocked()
}

async function claimSocket(path: string): Promise<() => Promise<void>> {
  const { dev, ino } = await stat(path)
  const server = createServer(socket => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: `\0ottla-log-dir-${dev}-${ino}` }, resolve)
  })
  server.unref()
  return () => new Promise(resolve => server.close(() => resolve()))
}

async function openExclusively(path: string): Promise<() => Promise<void>> {
  // O_EXLOCK of BSD, which Node.js has no name for.
  const exclusiveLock = 0x20
  const { O_CREAT, O_NONBLOCK, O_RDWR } = fs.constants
  const flags = O_RDWR | O_CREAT | O_NONBLOCK
  const file = await open(`${path}/${lockFileName}`, process.platform === 'darwin' ? flags | exclusiveLock : flags)
  return closing(file)
}
