import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type DirectoryLocks, DiskError } from '../ports.ts'

const lockFileName = '.lock'

/**
 * Kafka locks the file `.lock`, which Node.js cannot. So on Linux a directory is claimed by a socket in the abstract
 * namespace, named by the directory's device and inode, and on macOS by opening `.lock` exclusively. The kernel gives
 * up either when the process ends, however it ends.
 */
export class NodeDirectoryLocks implements DirectoryLocks {
  async acquire(path: string): Promise<() => Promise<void>> {
    try {
      // Kafka's tools expect the file whatever it is locked by.
      const file = await open(`${path}/${lockFileName}`, 'a')
      await file.close()
      return await (process.platform === 'linux' ? claimSocket(path) : openExclusively(path))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'EIO'
      throw new DiskError(code === 'EADDRINUSE' ? 'EAGAIN' : code, path, error)
    }
  }
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
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK
  const file = await open(`${path}/${lockFileName}`, process.platform === 'darwin' ? flags | exclusiveLock : flags)
  return () => file.close()
}
