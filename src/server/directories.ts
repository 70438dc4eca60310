import { resolve } from 'node:path'
import { assert } from '../assertion.ts'
import type { KafkaConfig } from '../config/kafka-config.ts'
import { DiskError } from '../ports.ts'
import type { Uuid } from '../protocol/uuid.ts'
import type { ServerOptions, ServerPorts } from '../server-options.ts'
import { StartupError } from '../startup-error.ts'
import {
  type FormatOptions,
  type FormattedDirectories,
  formatDirectories,
  inspectDirectories,
} from '../storage/log-directories.ts'
import type { Parts } from './parts.ts'

export interface Directories {
  /** Absolute. */
  readonly logDirs: readonly string[]
  readonly metadataLogDir: string
  readonly metadataDirectoryId: Uuid
  readonly formatted: FormattedDirectories
}

/** Makes sure that the directories are this node's, and gives new ones their identity. */
export async function prepareDirectories(
  options: ServerOptions,
  config: KafkaConfig,
  parts: Parts,
): Promise<Directories> {
  const logDirs = [...new Set(config.logDirs.map(path => resolve(path)))]
  const metadataLogDir = resolve(config.metadataLogDir)
  const paths = new Set([...logDirs, metadataLogDir])
  await inspectDirectories(paths, { disk: options.ports.disk, metadataLogDirectory: metadataLogDir })
  for (const path of paths) await lockDirectory(options.ports, path, parts)
  const formatted = await formatDirectories({
    ...options.ports,
    logger: options.ports.loggers.named('kafka.server.KafkaRaftServer'),
    logDirectories: logDirs,
    metadataLogDirectory: metadataLogDir,
    nodeId: config.get('node.id'),
    allowsUnstableFeatures: config.get('unstable.feature.versions.enable'),
    ...standaloneController(config),
    ...(options.clusterId === undefined ? undefined : { clusterId: options.clusterId }),
    ...(options.clusterIdOfNew === undefined ? undefined : { clusterIdOfNew: options.clusterIdOfNew }),
  })
  const metadataDirectory = formatted.directories.find(({ path }) => path === metadataLogDir)
  assert(metadataDirectory !== undefined, 'the metadata log directory has no id')
  return { logDirs, metadataLogDir, metadataDirectoryId: metadataDirectory.directoryId, formatted }
}

/**
 * Where no voters are configured, Kafka takes the directory over only if it says itself who votes. A port that the
 * system chooses says nothing to others.
 */
function standaloneController(config: KafkaConfig): Pick<FormatOptions, 'standaloneController'> {
  const [listener] = config.listeners.advertisedControllerListeners
  const hasVoters = config.get('controller.quorum.voters').length > 0
  if (listener === undefined || listener.port === 0 || hasVoters) return {}
  const { name: listenerName, host, port } = listener
  return { standaloneController: { listenerName, host: host ?? 'localhost', port } }
}

/** No two brokers may write to one directory. What else is wrong with it is said by whoever uses it next. */
async function lockDirectory({ disk, directoryLocks }: ServerPorts, path: string, parts: Parts): Promise<void> {
  try {
    await disk.makeDirectory(path)
    parts.add(await directoryLocks.acquire(path))
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    if (error.code !== 'EAGAIN') return
    const text = `Failed to acquire lock on file .lock in ${path}. Another broker is using this directory.`
    throw new StartupError(text, error)
  }
}
