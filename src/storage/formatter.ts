import { hashMapOrder } from '../config/java-order.ts'
import { featureLevelRecords } from '../controller/activation.ts'
import { FeatureName, MetadataVersion } from '../controller/feature-levels.ts'
import type { MetadataRecord } from '../controller/metadata-record.ts'
import { metadataVersionName } from '../controller/metadata-versions.ts'
import { type Checksum, type Clock, type Disk, DiskError, type Random } from '../ports.ts'
import { randomUuid, type Uuid } from '../protocol/uuid.ts'
import { bootstrapMetadataText, writeBootstrapCheckpoint } from './bootstrap-metadata.ts'
import { ownershipFault } from './directory-owner.ts'
import type { DynamicVoter } from './dynamic-voters.ts'
import { effectiveFeatureLevels, type FeatureRequest } from './effective-features.ts'
import { joinPath } from './join-path.ts'
import {
  formatMetaProperties,
  type MetaProperties,
  metaPropertiesFileName,
  parseMetaProperties,
} from './meta-properties.ts'
import { scramRecord } from './scram-argument.ts'
import { StorageError } from './storage-error.ts'
import { writeVotersSnapshot } from './voters-snapshot.ts'

export interface FormatterPorts {
  readonly disk: Disk
  readonly clock: Clock
  readonly random: Random
  readonly checksum: Checksum
}

export interface FormatterRequest extends FeatureRequest {
  readonly nodeId: number
  readonly clusterId: string
  /** `metadata.log.dir` is one of them. */
  readonly directories: readonly string[]
  readonly metadataLogDirectory: string
  readonly controllerListenerName: string
  /** Whether directories that are formatted already are left as they are, rather than refused. */
  readonly ignoresFormatted: boolean
  /** The first voters of a dynamic quorum. */
  readonly initialControllers: readonly DynamicVoter[] | undefined
  /** Arguments of `--add-scram`. */
  readonly scramArguments: readonly string[]
  /** Is told each line that Kafka's tool prints. */
  print(line: string): void
}

/**
 * Formats the directories of a node as Kafka's `Formatter` does, with the same words. Throws a `StorageError`; what was
 * formatted by then stays formatted.
 */
export async function formatStorage(request: FormatterRequest, ports: FormatterPorts): Promise<void> {
  const { clusterId, nodeId, print } = request
  if (nodeId < 0) throw new StorageError('You must specify a valid non-negative node ID.')
  const levels = effectiveFeatureLevels(request)
  const metadataVersion = levels.get(FeatureName.METADATA_VERSION) ?? 0
  const records = [...featureLevelRecords(levels), ...scramRecords(request, metadataVersion, ports)]
  const { empty, formatted, failed } = await load(request.directories, ports.disk)
  const fault = ownershipFault(formatted, clusterId, nodeId)
  if (fault !== undefined) throw new StorageError(fault.message)
  const [first] = hashMapOrder(formatted.keys())
  if (first !== undefined && !request.ignoresFormatted) {
    throw new StorageError(
      `Log directory ${first} is already formatted. Use --ignore-formatted to ignore this directory and format the ` +
        'others.',
    )
  }
  for (const path of hashMapOrder(failed)) print(`I/O error trying to read log directory ${path}. Ignoring...`)
  if (failed.length > 0 && empty.length === 0 && formatted.size === 0) {
    throw new StorageError('No available log directories to format.')
  }
  if (empty.length === 0) {
    print('All of the log directories are already formatted.')
    return
  }
  print(`Bootstrap metadata: ${bootstrapMetadataText(records, 'format command')}`)
  for (const path of hashMapOrder(hashMapOrder([...formatted.keys(), ...empty]))) {
    if (formatted.has(path)) continue
    print(`Formatting ${kindOf(path, request)} ${path} with metadata.version ${metadataVersionName(metadataVersion)}.`)
    await formatDirectory(path, records, request, ports)
  }
}

function scramRecords(
  { scramArguments }: FormatterRequest,
  metadataVersion: number,
  { random }: FormatterPorts,
): MetadataRecord[] {
  if (scramArguments.length > 0 && metadataVersion < MetadataVersion.IBP_3_5_IV2) {
    const name = metadataVersionName(MetadataVersion.IBP_3_5_IV2)
    throw new StorageError(`SCRAM is only supported in metadata.version ${name} or later.`)
  }
  return scramArguments.map(argument => scramRecord(argument, length => random.bytes(length)))
}

/** What the directories hold, in the order of their paths. */
async function load(directories: readonly string[], disk: Disk) {
  const empty: string[] = []
  const failed: string[] = []
  const formatted = new Map<string, MetaProperties>()
  for (const path of [...new Set(directories)].sort()) {
    try {
      formatted.set(path, parseMetaProperties(await disk.readFile(joinPath(path, metaPropertiesFileName))))
    } catch (error) {
      if (error instanceof DiskError && error.code === 'ENOENT') empty.push(path)
      else failed.push(path)
    }
  }
  return { empty, formatted, failed }
}

function ownVoter({ initialControllers, nodeId }: FormatterRequest): DynamicVoter | undefined {
  return initialControllers?.find(voter => voter.nodeId === nodeId)
}

function kindOf(path: string, request: FormatterRequest): string {
  if (path !== request.metadataLogDirectory) return 'data directory'
  if (request.initialControllers === undefined) return 'metadata directory'
  return ownVoter(request) === undefined ? 'dynamic metadata directory' : 'dynamic metadata voter directory'
}

/** `meta.properties` comes last, since it is what makes the directory a formatted one. */
async function formatDirectory(
  path: string,
  records: readonly MetadataRecord[],
  request: FormatterRequest,
  ports: FormatterPorts,
): Promise<void> {
  const { disk, clock, random } = ports
  const { clusterId, nodeId } = request
  const isMetadataDirectory = path === request.metadataLogDirectory
  try {
    await disk.makeDirectory(path)
    await writeBootstrapCheckpoint(path, records, clock.nowMs(), ports)
    if (isMetadataDirectory && request.initialControllers !== undefined) {
      await writeVotersSnapshot(path, request.initialControllers, request.controllerListenerName, ports)
    }
    const voterId = isMetadataDirectory ? ownVoter(request)?.directoryId : undefined
    const directoryId: Uuid = voterId ?? randomUuid(length => random.bytes(length))
    const properties = formatMetaProperties({ version: 1, clusterId, nodeId, directoryId }, clock.nowMs())
    await disk.replaceFile(joinPath(path, metaPropertiesFileName), properties)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    throw new StorageError(`Error while writing meta.properties file ${path}: ${error.message}`)
  }
}
