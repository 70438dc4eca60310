import { DiskError } from '../ports.ts'

/** Whether there was a file to remove or rename; that there is none is no failure. */
export async function ifThere(operation: Promise<void>): Promise<boolean> {
  try {
    await operation
    return true
  } catch (error) {
    if (error instanceof DiskError && error.code === 'ENOENT') return false
    throw error
  }
}
