import { ConfigError } from '../config/config-error.ts'
import { environmentProperties } from '../config/environment.ts'
import { parsePropertiesFile } from '../config/properties.ts'
import { type Disk, DiskError } from '../ports.ts'
import { StartupError } from '../startup-error.ts'
import type { StartArguments } from './arguments.ts'

/** The configuration of a node: a file, the environment and the command line, the later ones before the earlier. */
export async function nodeProperties(
  { file, overrides, readsEnvironment }: StartArguments,
  environment: Readonly<Record<string, string | undefined>>,
  disk: Disk,
): Promise<Map<string, string>> {
  const fromFile = file === undefined ? new Map<string, string>() : await readFile(file, disk)
  const fromEnvironment = parsed('environment', () => environmentProperties(readsEnvironment ? environment : {}))
  return new Map([...fromFile, ...fromEnvironment, ...overrides])
}

async function readFile(file: string, disk: Disk): Promise<Map<string, string>> {
  let bytes: Uint8Array
  try {
    bytes = await disk.readFile(file)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.code
    throw new StartupError(`Cannot read ${file}: ${reason}`, error)
  }
  return parsed(file, () => parsePropertiesFile(bytes))
}

function parsed(source: string, parse: () => Map<string, string>): Map<string, string> {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new StartupError(`${source}: ${error.message}`, error)
  }
}
