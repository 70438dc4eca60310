import { registerBrokerRecordVersion } from '../feature-levels.ts'
import { type MetadataMessage, type MetadataRecord, metadataRecord } from '../metadata-record.ts'
import type { BrokerRegistration, ControllerRegistration } from './cluster.ts'

export function brokerFromRecord(record: MetadataMessage<'RegisterBrokerRecord'>): BrokerRegistration {
  return {
    brokerId: record.brokerId,
    brokerEpoch: record.brokerEpoch,
    incarnationId: record.incarnationId,
    endpoints: record.endPoints,
    features: record.features,
    rack: record.rack,
    fenced: record.fenced,
    inControlledShutdown: record.inControlledShutdown,
    directories: record.logDirs,
    cordonedDirectories: record.cordonedLogDirs,
  }
}

export function applyBrokerChange(
  broker: BrokerRegistration,
  change: MetadataMessage<'BrokerRegistrationChangeRecord'>,
): BrokerRegistration {
  return {
    ...broker,
    fenced: change.fenced === 0 ? broker.fenced : change.fenced > 0,
    inControlledShutdown: change.inControlledShutdown === 0 ? broker.inControlledShutdown : true,
    directories: change.logDirs.length === 0 ? broker.directories : change.logDirs,
    cordonedDirectories: change.cordonedLogDirs ?? broker.cordonedDirectories,
  }
}

export function brokerToRecord(broker: BrokerRegistration, metadataVersion: number): MetadataRecord {
  const version = registerBrokerRecordVersion(metadataVersion)
  return metadataRecord('RegisterBrokerRecord', version, {
    brokerId: broker.brokerId,
    isMigratingZkBroker: false,
    incarnationId: broker.incarnationId,
    brokerEpoch: broker.brokerEpoch,
    endPoints: broker.endpoints,
    features: broker.features,
    rack: broker.rack,
    fenced: broker.fenced,
    inControlledShutdown: broker.inControlledShutdown,
    logDirs: version >= 3 ? broker.directories : [],
    cordonedLogDirs: version >= 4 ? broker.cordonedDirectories : null,
  })
}

export function controllerFromRecord(record: MetadataMessage<'RegisterControllerRecord'>): ControllerRegistration {
  return {
    controllerId: record.controllerId,
    incarnationId: record.incarnationId,
    zkMigrationReady: record.zkMigrationReady,
    endpoints: record.endPoints,
    features: record.features,
  }
}

export function controllerToRecord(controller: ControllerRegistration): MetadataRecord {
  return metadataRecord('RegisterControllerRecord', 0, {
    controllerId: controller.controllerId,
    incarnationId: controller.incarnationId,
    zkMigrationReady: controller.zkMigrationReady,
    endPoints: controller.endpoints,
    features: controller.features,
  })
}
