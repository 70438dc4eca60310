import { parseArgs } from 'node:util'
import { NodeDisk } from '../../platform/node-disk.ts'
import { type Disk, DiskError } from '../../ports.ts'
import { StartupError } from '../../startup-error.ts'
import type { Terminal } from '../terminal.ts'
import { imageConfiguration } from './configuration.ts'
import { imageLayouts } from './layout.ts'

/**
 * `ottla configure-image --layout kafka|confluent --output FILE`: what the script `configure` of the container image
 * does. Resolves with the exit code.
 */
export async function configureImage(
  commandLine: readonly string[],
  terminal: Terminal,
  disk: Disk = new NodeDisk(),
): Promise<number> {
  const { values } = parseArgs({
    args: [...commandLine],
    options: { layout: { type: 'string' }, output: { type: 'string' } },
  })
  const layout = imageLayouts.find(({ name }) => name === values.layout)
  if (layout === undefined || values.output === undefined) {
    terminal.printError(
      `usage: ottla configure-image --layout ${imageLayouts.map(({ name }) => name).join('|')} --output FILE`,
    )
    return 1
  }
  try {
    const { bytes, remarks } = await imageConfiguration(layout, terminal.environment, disk)
    for (const remark of remarks) terminal.print(remark)
    await overwrite(values.output, bytes, disk)
    return 0
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    terminal.print(error.message)
    return 1
  }
}

/** In place: a file that was mounted cannot be replaced by another. */
async function overwrite(path: string, bytes: Uint8Array, disk: Disk): Promise<void> {
  try {
    const file = await disk.open(path, 'create')
    try {
      await file.truncate(0)
      await file.write([bytes], 0)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    throw new StartupError(`${path} file not writable`, error)
  }
}
