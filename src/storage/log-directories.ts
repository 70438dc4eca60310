import { defaultBootstrapRecords } from '../controller/activation.ts'
import { MetadataVersion, supportedFeaturesWith } from '../controller/feature-levels.ts'
import type { MetadataRecord } from '../controller/metadata-record.ts'
import { metadataVersionName } from '../controller/metadata-versions.ts'
import { type Checksum, type Clock, type Disk, DiskError, type Logger, type Random } from '../ports.ts'
import { randomUuid, type Uuid } from '../protocol/uuid.ts'
import { bootstrapCheckpointFileName, writeBootstrapCheckpoint } from './bootstrap-metadata.ts'
import { ownershipFault } from './directory-owner.ts'
import { joinPath } from './join-path.ts'
import {
  formatMetaProperties,
  type MetaProperties,
  metaPropertiesFileName,
  parseMetaProperties,
} from './meta-properties.ts'
import { readMetadataBatches } from './metadata-batches.ts'
import { metadataLogDirectoryName, votersSnapshotNames, writeVotersSnapshot } from './voters-snapshot.ts'

const lockFileName = '.lock'

/** What a directory may hold and still count as new: a mount point's own, and what an interrupted format leaves. */
const ignoredNames = new Set([
  ...['lost+found', lockFileName],
  ...[bootstrapCheckpointFileName, metaPropertiesFileName].flatMap(name => [name, `${name}.tmp`]),
])

export interface FormatOptions {
  readonly disk: Disk
  readonly random: Random
  readonly clock: Clock
  readonly checksum: Checksum
  readonly logger: Logger
  /** `log.dirs`, then `metadata.log.dir` where it is another. */
  readonly logDirectories: readonly string[]
  /** Kafka's `metadata.log.dir`: where `__cluster_metadata-0` lives. */
  readonly metadataLogDirectory: string
  readonly nodeId: number
  /** `unstable.feature.versions.enable`; not by default. */
  readonly allowsUnstableFeatures?: boolean
  /** Directories of another cluster are refused. Where absent, the id is what the directories say. */
  readonly clusterId?: string
  /** For directories of which none is formatted yet; where absent, random. */
  readonly clusterIdOfNew?: string
  /** Where this controller is to be found, if it is to begin a dynamic quorum as `--standalone` does. */
  readonly standaloneController?: StandaloneController
}

/** The first of its controller listeners, as advertised. */
export interface StandaloneController {
  readonly listenerName: string
  readonly host: string
  readonly port: number
}

type InspectOptions = Pick<FormatOptions, 'disk' | 'metadataLogDirectory'>

export interface LogDirectory {
  readonly path: string
  readonly directoryId: Uuid
}

export interface FormattedDirectories {
  readonly clusterId: string
  readonly directories: readonly LogDirectory[]
  /** Some of them were new, and are formatted now. */
  readonly isNew: boolean
  /** Those that the operating system does not let this node use, and why: as in Kafka the node goes without them. */
  readonly failed: ReadonlyMap<string, Error>
  /** What the first active controller writes first (`bootstrap.checkpoint`). */
  readonly bootstrapRecords: readonly MetadataRecord[]
}

/**
 * A directory that this node must not use: another cluster's or node's, not Kafka's, or not writable. The message is
 * one line for the person who started it.
 */
export class LogDirectoryError extends Error {
  override readonly name = 'LogDirectoryError'
  readonly path: string

  constructor(path: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.path = path
  }
}

/** Refuses directories that cannot be this node's, before so much as a lock is put into one of them. */
export async function inspectDirectories(paths: Iterable<string>, options: InspectOptions): Promise<void> {
  for (const path of paths) {
    try {
      await inspect(path, options)
    } catch (error) {
      // `formatDirectories` finds it again, and says so.
      if (!isDispensable(path, error, options)) throw error
    }
  }
}

/** The disk has failed, and it is not the one without which there is no metadata. */
function isDispensable(path: string, error: unknown, { metadataLogDirectory }: InspectOptions): boolean {
  return path !== metadataLogDirectory && error instanceof LogDirectoryError && error.cause instanceof DiskError
}

/**
 * Makes sure that every directory is this node's, and formats the new ones as `kafka-storage format` does. Nothing is
 * written before all of them are checked.
 */
export async function formatDirectories(options: FormatOptions): Promise<FormattedDirectories> {
  const paths = [...new Set([...options.logDirectories, options.metadataLogDirectory])]
  const found = new Map<string, MetaProperties | undefined>()
  const failed = new Map<string, Error>()
  /** What the disk refuses takes the directory out. */
  const unlessFailed = async (path: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      if (!isDispensable(path, error, options)) throw error
      const failure = error as LogDirectoryError
      failed.set(path, failure)
      found.delete(path)
      options.logger.error(failure.message, failure.cause)
    }
  }
  for (const path of paths) {
    await unlessFailed(path, async () => void found.set(path, await inspect(path, options)))
  }
  const clusterId = agreedClusterId(found, options) ?? randomUuid(length => options.random.bytes(length))
  checkOwner(found, clusterId, options.nodeId)
  const directories: LogDirectory[] = []
  let isNew = false
  for (const path of [...found.keys()]) await unlessFailed(path, () => probeWritable(path, options.disk))
  for (const [path, properties] of found) {
    const directoryId = properties?.directoryId ?? randomUuid(length => options.random.bytes(length))
    if (properties === undefined) {
      isNew = true
      await writeBootstrapCheckpoint(path, defaultBootstrapRecords(), options.clock.nowMs(), options)
      if (path === options.metadataLogDirectory) await writeFirstVoter(directoryId, options)
      const kind = path === options.metadataLogDirectory ? 'metadata' : 'data'
      options.logger.info(
        `Formatting ${kind} directory ${path} with metadata.version ${metadataVersionName(MetadataVersion.LATEST_PRODUCTION)}.`,
      )
    }
    if (properties?.directoryId === undefined) {
      // Last, since it is what makes the directory a formatted one.
      const version = properties?.version ?? 1
      await writeMetaProperties(path, { version, clusterId, nodeId: options.nodeId, directoryId }, options)
    }
    directories.push({ path, directoryId })
  }
  return { clusterId, directories, isNew, failed, bootstrapRecords: await readBootstrapRecords(options) }
}

async function inspect(
  path: string,
  { disk, metadataLogDirectory }: InspectOptions,
): Promise<MetaProperties | undefined> {
  let names: readonly string[]
  try {
    names = (await disk.list(path)).map(entry => entry.name)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw new LogDirectoryError(path, `Log directory ${path} cannot be read: ${(error as Error).message}`, error)
  }
  if (path !== metadataLogDirectory && names.includes(metadataLogDirectoryName)) {
    throw new LogDirectoryError(
      path,
      `Found the metadata log in ${path}, but metadata.log.dir is ${metadataLogDirectory}: it must not lie elsewhere.`,
    )
  }
  if (!names.includes(metaPropertiesFileName)) {
    const isBegun = names.includes(metadataLogDirectoryName) && (await holdsNoLog(path, disk))
    const foreign = names.find(name => !ignoredNames.has(name) && !(isBegun && name === metadataLogDirectoryName))
    if (foreign === undefined) return undefined
    throw new LogDirectoryError(
      path,
      `No meta.properties found in ${path}, and it is not empty (it holds ${foreign}): not a log directory. ` +
        'Choose another directory, or empty this one.',
    )
  }
  const file = joinPath(path, metaPropertiesFileName)
  try {
    return parseMetaProperties(await disk.readFile(file))
  } catch (error) {
    throw new LogDirectoryError(path, `Error while reading ${file}: ${(error as Error).message}`, error)
  }
}

/** Whether a format that was interrupted has got no further than the voters of the metadata log. */
async function holdsNoLog(path: string, disk: Disk): Promise<boolean> {
  const entries = await disk.list(joinPath(path, metadataLogDirectoryName))
  return entries.every(({ name }) => votersSnapshotNames.includes(name))
}

async function writeFirstVoter(directoryId: Uuid, options: FormatOptions): Promise<void> {
  const { disk, metadataLogDirectory, nodeId, standaloneController } = options
  // What an interrupted format has left names another directory id.
  await disk.removeTree(joinPath(metadataLogDirectory, metadataLogDirectoryName))
  if (standaloneController === undefined) return
  const { listenerName, host, port } = standaloneController
  await writeVotersSnapshot(metadataLogDirectory, [{ nodeId, host, port, directoryId }], listenerName, options)
}

function agreedClusterId(found: ReadonlyMap<string, MetaProperties | undefined>, options: FormatOptions) {
  const { clusterId, clusterIdOfNew } = options
  if (clusterId !== undefined) return clusterId
  for (const properties of found.values()) if (properties?.clusterId !== undefined) return properties.clusterId
  return clusterIdOfNew
}

function checkOwner(found: ReadonlyMap<string, MetaProperties | undefined>, clusterId: string, nodeId: number): void {
  const fault = ownershipFault(found, clusterId, nodeId)
  if (fault !== undefined) throw new LogDirectoryError(fault.path, fault.message)
}

/** Kafka's lock file serves as the probe: it lies in every directory of a running node. */
async function probeWritable(path: string, disk: Disk): Promise<void> {
  try {
    await disk.makeDirectory(path)
    const lock = await disk.open(joinPath(path, lockFileName), 'create')
    await lock.close()
  } catch (error) {
    throw new LogDirectoryError(path, `Log directory ${path} is not writable: ${(error as Error).message}`, error)
  }
}

async function writeMetaProperties(path: string, properties: MetaProperties, options: FormatOptions): Promise<void> {
  const bytes = formatMetaProperties(properties, options.clock.nowMs())
  await options.disk.replaceFile(joinPath(path, metaPropertiesFileName), bytes)
}

async function readBootstrapRecords(options: FormatOptions) {
  const { disk, checksum, metadataLogDirectory, allowsUnstableFeatures = false } = options
  const file = joinPath(metadataLogDirectory, bootstrapCheckpointFileName)
  let bytes: Uint8Array
  try {
    bytes = await disk.readFile(file)
  } catch (error) {
    // Directories of Kafka before 3.3 have none; their metadata log is not empty.
    if (isCode(error, 'ENOENT')) return defaultBootstrapRecords()
    throw new LogDirectoryError(metadataLogDirectory, `Error while reading ${file}: ${(error as Error).message}`, error)
  }
  const records = [...readMetadataBatches(bytes, file, checksum)].flatMap(batch => batch.records)
  for (const record of records) {
    const fault =
      record.name === 'FeatureLevelRecord' ? featureFault(record.message, allowsUnstableFeatures) : undefined
    if (fault !== undefined) throw new LogDirectoryError(metadataLogDirectory, `${file} asks for ${fault}`)
  }
  return records
}

function featureFault(
  { name, featureLevel }: { readonly name: string; readonly featureLevel: number },
  allowsUnstable: boolean,
) {
  const supported = supportedFeaturesWith(allowsUnstable).find(feature => feature.name === name)
  if (supported === undefined) return `the feature ${name}, which this node does not know`
  const { minSupportedVersion: min, maxSupportedVersion: max } = supported
  if (featureLevel >= min && featureLevel <= max) return undefined
  return `${name}=${featureLevel}, and this node supports ${min} to ${max}`
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof DiskError && error.code === code
}
