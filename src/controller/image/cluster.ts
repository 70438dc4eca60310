import { DirectoryId, type Uuid } from '../../protocol/uuid.ts'

export interface Endpoint {
  /** Listener name, upper case. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** `SecurityProtocol.id`: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number
}

export interface SupportedVersionRange {
  readonly name: string
  readonly minSupportedVersion: number
  readonly maxSupportedVersion: number
}

export interface BrokerRegistration {
  readonly brokerId: number
  /** The offset of the RegisterBroker record that made this registration. */
  readonly brokerEpoch: number
  /** Random per process. */
  readonly incarnationId: Uuid
  readonly endpoints: readonly Endpoint[]
  readonly features: readonly SupportedVersionRange[]
  readonly rack: string | null
  /** A fenced broker is registered, but leads nothing and is not named to clients. */
  readonly fenced: boolean
  readonly inControlledShutdown: boolean
  /** In the order of the registration, which sorts them. */
  readonly directories: readonly Uuid[]
  /** Directories closed to new replicas (KIP-1066); null where the record's version has none. */
  readonly cordonedDirectories: readonly Uuid[] | null
}

export interface ControllerRegistration {
  readonly controllerId: number
  readonly incarnationId: Uuid
  readonly zkMigrationReady: boolean
  readonly endpoints: readonly Endpoint[]
  readonly features: readonly SupportedVersionRange[]
}

export interface ClusterImage {
  readonly brokers: ReadonlyMap<number, BrokerRegistration>
  readonly controllers: ReadonlyMap<number, ControllerRegistration>
}

/** A broker that has yet to name the replica's directory is taken to have it (`DirectoryId.isOnline`). */
export function hasOnlineDirectory(broker: BrokerRegistration, directory: Uuid | undefined): boolean {
  for (const online of broker.directories) if (online === directory) return true
  if (directory === undefined || directory === DirectoryId.UNASSIGNED || directory === DirectoryId.MIGRATING)
    return true
  return directory !== DirectoryId.LOST && broker.directories.length === 0
}
