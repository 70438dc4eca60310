import type { KafkaConfig } from '../../../config/kafka-config.ts'
import { type Disk, DiskError } from '../../../ports.ts'
import { joinPath } from '../../../storage/join-path.ts'
import {
  type MetaProperties,
  metaPropertiesEntries,
  metaPropertiesFileName,
  parseMetaProperties,
} from '../../../storage/meta-properties.ts'
import type { ToolEnvironment, ToolResult } from '../../tool.ts'
import { logDirectories } from './log-directories.ts'

/** `StorageTool.infoCommand`. */
export async function info(config: KafkaConfig, { ports }: ToolEnvironment): Promise<ToolResult> {
  const found: string[] = []
  const problems: string[] = []
  let first: MetaProperties | undefined
  for (const directory of logDirectories(config)) {
    // As Java's `Path` shows it.
    const path = directory.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '')
    const outcome = await inspect(path, ports.disk)
    if (outcome.isFound) found.push(path)
    if (outcome.problem !== undefined) problems.push(outcome.problem)
    if (outcome.properties === undefined) continue
    const mismatch = first === undefined ? undefined : mismatchOf(first, outcome.properties)
    if (mismatch !== undefined) problems.push(`Mismatched ${mismatch} IDs between storage directories.`)
    first ??= outcome.properties
  }
  if (first?.version === 0) {
    problems.push(
      'The kafka configuration file appears to be for a cluster in KRaft mode, but the directories are formatted for ' +
        'legacy mode.',
    )
  }
  const entries =
    first === undefined ? [] : metaPropertiesEntries(first).sort(([one], [other]) => (one < other ? -1 : 1))
  const shown = entries.map(([key, value]) => `${key}=${value}`).join(', ')
  return {
    lines: [
      ...listed(found, 'Found log directory:', 'Found log directories:'),
      ...(first === undefined ? [] : [`Found metadata: {${shown}}`, '']),
      ...listed(problems, 'Found problem:', 'Found problems:'),
    ],
    data: { directories: found, metadata: Object.fromEntries(entries), problems },
    exitCode: problems.length === 0 ? 0 : 1,
  }
}

interface Inspection {
  readonly isFound: boolean
  readonly properties?: MetaProperties
  readonly problem?: string
}

async function inspect(path: string, disk: Disk): Promise<Inspection> {
  try {
    await disk.list(path)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    if (error.code === 'ENOENT') return { isFound: false, problem: `${path} does not exist` }
    if (error.code === 'ENOTDIR') return { isFound: false, problem: await notADirectory(path, disk) }
    return { isFound: true, problem: `${path} cannot be read: ${error.message}` }
  }
  const file = joinPath(path, metaPropertiesFileName)
  try {
    return { isFound: true, properties: parseMetaProperties(await disk.readFile(file)) }
  } catch (error) {
    const isMissing = error instanceof DiskError && error.code === 'ENOENT'
    const problem = isMissing ? `${path} is not formatted.` : `Error loading ${file}: ${(error as Error).message}`
    return { isFound: true, problem }
  }
}

/** It may also be what lies above it that is none. */
async function notADirectory(path: string, disk: Disk): Promise<string> {
  try {
    await disk.status(path)
    return `${path} is not a directory`
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    return `${path} does not exist`
  }
}

function mismatchOf(one: MetaProperties, other: MetaProperties): string | undefined {
  if (one.clusterId !== other.clusterId) return 'cluster'
  return one.nodeId === other.nodeId ? undefined : 'node'
}

function listed(items: readonly string[], heading: string, headingOfMany: string): string[] {
  if (items.length === 0) return []
  return [items.length === 1 ? heading : headingOfMany, ...items.map(item => `  ${item}`), '']
}
