import { MetadataDriver } from '../../src/broker/metadata/metadata-driver.ts'
import type { SnapshotSettings } from '../../src/broker/metadata/metadata-snapshots.ts'
import type { BrokerRegistrationRequest } from '../../src/controller/broker-registration.ts'
import { supportedFeatures } from '../../src/controller/feature-levels.ts'
import type { MetadataDelta } from '../../src/controller/image/metadata-delta.ts'
import type { Disk } from '../../src/ports.ts'
import { isUuid, randomUuid, type Uuid } from '../../src/protocol/uuid.ts'
import { formatDirectories } from '../../src/storage/log-directories.ts'
import { Deadlines } from '../../src/timers/deadlines.ts'
import { checksum, type Harness, openManager } from '../log/harness.ts'
import { defaultLogConfig } from './default-log-config.ts'
import { lenientRules } from './metadata-fixture.ts'

/** Counts up: every draw differs, and a test sees the same ones each time. */
export function countingRandom(seed = 1) {
  let drawn = seed
  return {
    uint32: () => ++drawn,
    bytes: (length: number) => {
      drawn++
      return Uint8Array.from({ length }, (_, index) => (drawn * 37 + index * 11) & 0xff)
    },
  }
}

export interface MetadataNode {
  readonly driver: MetadataDriver
  readonly harness: Harness
  readonly deltas: MetadataDelta[]
  readonly failures: unknown[]
  readonly registration: BrokerRegistrationRequest
  /** As the process does it: hands over, waits, closes the logs. */
  stop(): Promise<void>
}

export interface MetadataNodeOptions {
  readonly snapshots?: Partial<SnapshotSettings>
  readonly seed?: number
  /** `metadata.log.segment.bytes` */
  readonly segmentBytes?: number
  /** Called by a listener before it takes note of a delta. */
  readonly onDelta?: (delta: MetadataDelta) => Promise<void> | void
}

/** One node's metadata on `disk`: formatted where it is new, loaded, published, registered and unfenced. */
export async function startMetadataNode(disk: Disk, options: MetadataNodeOptions = {}): Promise<MetadataNode> {
  const harness = await openManager(disk)
  const { clock, loggers } = harness
  const random = countingRandom(options.seed)
  const logger = loggers.named()
  const formatted = await formatDirectories({
    disk,
    random,
    clock,
    checksum,
    logger,
    logDirectories: ['/data'],
    metadataLogDirectory: '/data',
    nodeId: 1,
  })
  const { segmentBytes = defaultLogConfig.segmentBytes } = options
  const log = await harness.manager.openMetadataLog({ ...defaultLogConfig, segmentBytes, isDeleted: false })
  const failures: unknown[] = []
  const directoryId = formatted.directories[0]?.directoryId as Uuid
  const driver = await MetadataDriver.open({
    settings: { nodeId: 1, clusterId: formatted.clusterId, defaultReplicationFactor: 1, defaultNumPartitions: 1 },
    snapshots: {
      bytesBetweenSnapshotsMax: 20 * 1024 * 1024,
      snapshotIntervalMaxMs: 0,
      retentionBytes: 100 * 1024 * 1024,
      retentionMs: -1,
      ...options.snapshots,
    },
    writes: { appendLingerMs: 0, maxIdleIntervalMs: 0 },
    performance: { samplePeriodMs: 60_000, alwaysLogThresholdMs: 2000 },
    minInsyncReplicas: 1,
    bootstrapRecords: formatted.bootstrapRecords,
    directoryId,
    log,
    logPath: '/data/__cluster_metadata-0',
    rules: lenientRules,
    disk,
    clock,
    deadlines: new Deadlines(clock),
    checksum,
    random,
    logger,
    fail: error => failures.push(error),
  })
  const deltas: MetadataDelta[] = []
  driver.addListener({
    name: 'test',
    onMetadataUpdate: async delta => {
      await options.onDelta?.(delta)
      deltas.push(delta)
    },
  })
  await driver.startPublishing()
  const registration = {
    brokerId: 1,
    clusterId: formatted.clusterId,
    incarnationId: randomUuid(length => random.bytes(length)),
    endpoints: [{ name: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 0 }],
    features: supportedFeatures,
    rack: null,
    directories: [directoryId].filter(isUuid),
    previousBrokerEpoch: -1,
  }
  await driver.registerBroker(registration)
  const stop = async () => {
    await driver.controlledShutdown()
    await driver.close()
    await harness.manager.close()
  }
  return { driver, harness, deltas, failures, registration, stop }
}
