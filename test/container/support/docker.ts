import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const outputBytesMax = 64 << 20

export interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the docker client. Rejects when it fails. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: outputBytesMax })
  return stdout.trim()
}

/** The same for whoever wants to see it fail. */
export async function tryDocker(...args: readonly string[]): Promise<Output> {
  try {
    const { stdout, stderr } = await run('docker', args, { maxBuffer: outputBytesMax })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' }
  }
}
