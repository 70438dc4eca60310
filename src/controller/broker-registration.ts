import { ErrorCode } from '../protocol/errors.ts'
import { isReservedUuid, type Uuid } from '../protocol/uuid.ts'
import { type ApiError, apiError } from './api-error.ts'
import { type ControllerResult, type ControllerState, isElrEnabled } from './controller-state.ts'
import { FeatureName, MetadataVersion, registerBrokerRecordVersion } from './feature-levels.ts'
import type { BrokerRegistration, ControllerRegistration, Endpoint, SupportedVersionRange } from './image/cluster.ts'
import { controllerToRecord } from './image/cluster-records.ts'
import type { FeaturesImage } from './image/features.ts'
import { NO_LEADER } from './image/partition.ts'
import { leaderAndIsrChanges } from './leader-and-isr-changes.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'

export interface BrokerRegistrationRequest {
  readonly brokerId: number
  readonly clusterId: string
  /** Random per process. */
  readonly incarnationId: Uuid
  readonly endpoints: readonly Endpoint[]
  readonly features: readonly SupportedVersionRange[]
  readonly rack: string | null
  readonly directories: readonly Uuid[]
  /** From `.kafka_cleanshutdown`; −1 where there is no proof that the broker stopped cleanly. */
  readonly previousBrokerEpoch: number
}

/** Fences the broker's earlier life and registers its new one, which stays fenced until `unfenceBroker`. */
export function registerBroker(
  state: ControllerState,
  request: BrokerRegistrationRequest,
): ControllerResult<ApiError | undefined> {
  const refusal = registrationFault(state, request)
  if (refusal !== undefined) return { records: [], response: refusal }
  const { image } = state
  const existing = image.cluster.brokers.get(request.brokerId)
  const isCleanShutdown = existing !== undefined && existing.brokerEpoch === request.previousBrokerEpoch
  const records = [...shutdownRecords(state, request.brokerId, isCleanShutdown)]
  const version = registerBrokerRecordVersion(image.features.metadataVersion)
  // Last, and in a batch of its own if need be: should the controller fail in between, the broker registers again.
  const registration = metadataRecord('RegisterBrokerRecord', version, {
    brokerId: request.brokerId,
    isMigratingZkBroker: false,
    incarnationId: request.incarnationId,
    // Kafka's: the offset at which this request's records begin.
    brokerEpoch: image.provenance.lastContainedOffset + 1,
    endPoints: request.endpoints,
    features: request.features,
    rack: request.rack,
    fenced: true,
    inControlledShutdown: false,
    logDirs: version >= 3 ? request.directories : [],
    cordonedLogDirs: null,
  })
  records.push(registration)
  return { records, response: undefined }
}

/** The broker has caught up: it may lead, and leads what had no leader and is its to lead. */
export function unfenceBroker(state: ControllerState, brokerId: number): readonly MetadataRecord[] {
  const broker = state.image.cluster.brokers.get(brokerId)
  if (broker === undefined || !broker.fenced) return []
  return [
    registrationChange(broker, 0, { fenced: -1 }),
    ...leaderAndIsrChanges(state, {
      isAffected: partition => partition.leader === NO_LEADER,
      brokerToAdd: brokerId,
    }),
    ...cordonedDirectories(state, broker),
  ]
}

/** The broker is about to stop: it leaves every ISR, and what it led goes to others where there are any. */
export function controlledShutdown(state: ControllerState, brokerId: number): readonly MetadataRecord[] {
  const broker = state.image.cluster.brokers.get(brokerId)
  if (broker === undefined || broker.fenced || broker.inControlledShutdown) return []
  return [
    registrationChange(broker, 1, { inControlledShutdown: 1 }),
    ...leaderAndIsrChanges(state, {
      isAffected: partition => partition.isr.includes(brokerId),
      brokerToRemove: brokerId,
    }),
  ]
}

export function fenceBroker(state: ControllerState, brokerId: number): readonly MetadataRecord[] {
  const broker = state.image.cluster.brokers.get(brokerId)
  if (broker === undefined || broker.fenced) return []
  return [
    ...leaderAndIsrChanges(state, {
      isAffected: partition => partition.isr.includes(brokerId),
      brokerToRemove: brokerId,
    }),
    registrationChange(broker, 0, { fenced: 1 }),
  ]
}

/** Older metadata versions have no record for it. */
export function registerController(
  { image }: ControllerState,
  registration: ControllerRegistration,
): readonly MetadataRecord[] {
  return image.features.metadataVersion >= MetadataVersion.IBP_3_7_IV0 ? [controllerToRecord(registration)] : []
}

function registrationFault(
  { image, settings }: ControllerState,
  request: BrokerRegistrationRequest,
): ApiError | undefined {
  if (request.clusterId !== settings.clusterId) {
    return apiError(
      ErrorCode.INCONSISTENT_CLUSTER_ID,
      `Expected cluster ID ${settings.clusterId}, but got cluster ID ${request.clusterId}`,
    )
  }
  if (request.directories.length === 0) return invalidRegistration('No directories specified in request')
  if (request.directories.some(isReservedUuid)) return invalidRegistration('Reserved directory ID in request')
  if (new Set(request.directories).size !== request.directories.length) {
    return invalidRegistration('Duplicate directory ID in request')
  }
  for (const other of image.cluster.brokers.values()) {
    const shared = other.directories.find(directory => request.directories.includes(directory))
    if (other.brokerId !== request.brokerId && shared !== undefined) {
      return invalidRegistration(`Broker ${other.brokerId} is already registered with directory ${shared}`)
    }
  }
  if (!request.features.some(({ name }) => name === FeatureName.METADATA_VERSION)) {
    return invalidRegistration(`Request features do not contain '${FeatureName.METADATA_VERSION}'`)
  }
  return unsupportedFeature(image.features, request.features)
}

function unsupportedFeature(
  { metadataVersion, finalizedVersions }: FeaturesImage,
  supported: readonly SupportedVersionRange[],
): ApiError | undefined {
  const finalized = new Map([...finalizedVersions, [FeatureName.METADATA_VERSION, metadataVersion] as const])
  for (const [name, level] of finalized) {
    const range = supported.find(feature => feature.name === name)
    const [min, max] = [range?.minSupportedVersion ?? 0, range?.maxSupportedVersion ?? 0]
    if (level >= min && level <= max) continue
    return apiError(
      ErrorCode.UNSUPPORTED_VERSION,
      `Unable to register because the broker does not support finalized version ${level} of ${name}. ` +
        `The broker wants a version between ${min} and ${max}, inclusive.`,
    )
  }
  return undefined
}

function invalidRegistration(message: string): ApiError {
  return apiError(ErrorCode.INVALID_REGISTRATION, message)
}

function shutdownRecords(state: ControllerState, brokerId: number, isClean: boolean): readonly MetadataRecord[] {
  if (isClean || !isElrEnabled(state.image)) {
    return leaderAndIsrChanges(state, {
      isAffected: partition => partition.isr.includes(brokerId),
      brokerToRemove: brokerId,
    })
  }
  return leaderAndIsrChanges(state, {
    isAffected: ({ isr, eligibleLeaderReplicas }) =>
      isr.includes(brokerId) || eligibleLeaderReplicas.includes(brokerId),
    uncleanShutdownBroker: brokerId,
  })
}

/** The broker says which of its directories take no new partitions (`handleDirectoriesCordoned`). */
export function directoriesCordoned(
  { image }: ControllerState,
  brokerId: number,
  cordoned: readonly Uuid[],
): readonly MetadataRecord[] {
  const broker = image.cluster.brokers.get(brokerId)
  if (broker === undefined || registerBrokerRecordVersion(image.features.metadataVersion) < 4) return []
  const before = new Set(broker.cordonedDirectories)
  const isSame = before.size === cordoned.length && cordoned.every(directory => before.has(directory))
  if (broker.cordonedDirectories !== null && isSame) return []
  return [registrationChange(broker, 3, { cordonedLogDirs: cordoned })]
}

/** A broker that has caught up says which of its directories are cordoned: at first none. */
function cordonedDirectories({ image }: ControllerState, broker: BrokerRegistration): readonly MetadataRecord[] {
  if (registerBrokerRecordVersion(image.features.metadataVersion) < 4 || broker.cordonedDirectories?.length === 0)
    return []
  return [registrationChange(broker, 3, { cordonedLogDirs: [] })]
}

function registrationChange(
  broker: BrokerRegistration,
  version: number,
  change: {
    readonly fenced?: number
    readonly inControlledShutdown?: number
    readonly cordonedLogDirs?: readonly Uuid[]
  },
): MetadataRecord {
  return metadataRecord('BrokerRegistrationChangeRecord', version, {
    brokerId: broker.brokerId,
    brokerEpoch: broker.brokerEpoch,
    fenced: change.fenced ?? 0,
    inControlledShutdown: change.inControlledShutdown ?? 0,
    logDirs: [],
    cordonedLogDirs: change.cordonedLogDirs ?? null,
  })
}
