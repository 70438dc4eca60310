import { ErrorCode } from '../protocol/errors.ts'
import { type ApiError, apiError, NO_ERROR } from './api-error.ts'
import {
  type ControllerResult,
  type ControllerState,
  isElrEnabled,
  isTooLarge,
  tooLargeMessage,
} from './controller-state.ts'
import { MetadataVersion } from './feature-levels.ts'
import { type ConfigResource, ConfigResourceType } from './image/configurations.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'
import { AlterConfigOp, type ConfigChange } from './requests.ts'

const minInsyncReplicas = 'min.insync.replicas'
const cordonedLogDirs = 'cordoned.log.dirs'
/** Kafka's `Short.MAX_VALUE`. */
const configValueLengthMax = 32_767

/** Kafka's ConfigurationControlManager.incrementalAlterConfigs: a resource changes whole or not at all. */
export function incrementalAlterConfigs(
  state: ControllerState,
  changes: readonly ConfigChange[],
  validateOnly: boolean,
): ControllerResult<readonly ApiError[]> {
  return alterEach(state, changes, validateOnly, change => alterResource(state, change, { isNewResource: false }))
}

/** AlterConfigs as it was before KIP-339: what is not named goes back to its default. */
export function legacyAlterConfigs(
  state: ControllerState,
  changes: readonly { readonly resource: ConfigResource; readonly configs: ReadonlyMap<string, string | null> }[],
  validateOnly: boolean,
): ControllerResult<readonly ApiError[]> {
  return alterEach(state, changes, validateOnly, ({ resource, configs }) => {
    const current = state.image.configs.of(resource.type, resource.name)
    const set = [...configs].filter(([key, value]) => isRecordNeeded(resource, current.get(key), value))
    const deleted = [...current.keys()].filter(key => !configs.has(key)).map(key => [key, null] as const)
    return checkedRecords(state, resource, [...set, ...deleted], false)
  })
}

function alterEach<Change>(
  state: ControllerState,
  changes: readonly Change[],
  validateOnly: boolean,
  alter: (change: Change) => readonly MetadataRecord[] | ApiError,
): ControllerResult<readonly ApiError[]> {
  const records: MetadataRecord[] = []
  const response = changes.map(change => {
    const outcome = alter(change)
    if ('errorCode' in outcome) return outcome
    records.push(...outcome)
    return NO_ERROR
  })
  records.push(...clearElrRecords(state, records))
  if (isTooLarge(records)) {
    const tooLarge = apiError(ErrorCode.POLICY_VIOLATION, tooLargeMessage)
    return { records: [], response: changes.map(() => tooLarge) }
  }
  return { records: validateOnly ? [] : records, response }
}

/** The records of one resource's change, or why it may not be. A new resource need not exist yet. */
export function alterResource(
  state: ControllerState,
  { resource, operations }: ConfigChange,
  { isNewResource }: { readonly isNewResource: boolean },
): readonly MetadataRecord[] | ApiError {
  const current = state.image.configs.of(resource.type, resource.name)
  const changed: (readonly [string, string | null])[] = []
  for (const [key, { op, value }] of operations) {
    const before = current.get(key)
    let after: string | null
    switch (op) {
      case AlterConfigOp.SET:
        after = value
        break
      case AlterConfigOp.DELETE:
        after = null
        break
      default: {
        if (!state.rules.isList(resource.type, key)) {
          const verb = op === AlterConfigOp.APPEND ? 'APPEND' : 'SUBTRACT'
          return apiError(ErrorCode.INVALID_CONFIG, `Can't ${verb} to key ${key} because its type is not LIST.`)
        }
        const items = (before ?? state.rules.defaultOf(resource.type, key) ?? '').split(',').filter(item => item !== '')
        const named = (value ?? '').split(',')
        after = (
          op === AlterConfigOp.APPEND
            ? [...items, ...named.filter((item, at) => !items.includes(item) && named.indexOf(item) === at)]
            : named.reduce(withoutFirst, items)
        ).join(',')
      }
    }
    if (isRecordNeeded(resource, before, after)) changed.push([key, after])
  }
  return checkedRecords(state, resource, changed, isNewResource)
}

/** KAFKA-14136: a broker's value is written even where it stays, so that the broker reads its key files again. */
function isRecordNeeded(resource: ConfigResource, before: string | undefined, after: string | null): boolean {
  return (before ?? null) !== after || resource.type === ConfigResourceType.BROKER
}

function withoutFirst(items: readonly string[], removed: string): string[] {
  const at = items.indexOf(removed)
  return items.filter((_, index) => index !== at)
}

function checkedRecords(
  state: ControllerState,
  resource: ConfigResource,
  changed: readonly (readonly [string, string | null])[],
  isNewResource: boolean,
): readonly MetadataRecord[] | ApiError {
  const current = state.image.configs.of(resource.type, resource.name)
  const proposed = new Map(current)
  for (const [key, value] of changed) {
    const fault = guardedKeyFault(state, resource, key, value)
    if (fault !== undefined) return apiError(ErrorCode.INVALID_CONFIG, fault)
    if (value === null) proposed.delete(key)
    else proposed.set(key, value)
  }
  const fault =
    state.rules.validate(resource, proposed, current) ?? (isNewResource ? undefined : existenceFault(state, resource))
  if (fault !== undefined) return fault
  return changed.map(([name, value]) =>
    metadataRecord('ConfigRecord', 0, {
      resourceType: resource.type,
      resourceName: resource.name,
      name,
      value,
    }),
  )
}

/** Keys whose change other parts of the metadata depend on. */
function guardedKeyFault(
  { image }: ControllerState,
  resource: ConfigResource,
  key: string,
  value: string | null,
): string | undefined {
  if (resource.type === ConfigResourceType.BROKER) {
    if (key === minInsyncReplicas && isElrEnabled(image)) {
      if (resource.name !== '') return 'Broker-level min.insync.replicas cannot be altered while ELR is enabled.'
      if (value === null) return 'Cluster-level min.insync.replicas cannot be removed while ELR is enabled.'
    }
    if (key === cordonedLogDirs && image.features.metadataVersion < MetadataVersion.IBP_4_3_IV0) {
      return 'The cordoned.log.dirs configuration value cannot be set because it requires metadata.version >= 4.3-IV0'
    }
  }
  if (value !== null && value.length > configValueLengthMax) {
    return (
      'The configuration value cannot be added because it exceeds the maximum value size of ' +
      `${configValueLengthMax} bytes.`
    )
  }
  return undefined
}

function existenceFault({ image, settings }: ControllerState, resource: ConfigResource): ApiError | undefined {
  if (resource.type === ConfigResourceType.TOPIC && image.topics.byName(resource.name) === undefined) {
    return apiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${resource.name}' does not exist.`)
  }
  if (resource.type === ConfigResourceType.BROKER && resource.name !== '') {
    const nodeId = Number(resource.name)
    const { brokers, controllers } = image.cluster
    if (!brokers.has(nodeId) && !controllers.has(nodeId) && nodeId !== settings.nodeId) {
      return apiError(ErrorCode.BROKER_ID_NOT_REGISTERED, `No node with id ${nodeId} found.`)
    }
  }
  return undefined
}

/** KIP-966: with another min.insync.replicas, what was known of eligible replicas no longer holds. */
export function clearElrRecords(
  { image }: ControllerState,
  records: readonly MetadataRecord[],
): readonly MetadataRecord[] {
  if (!isElrEnabled(image)) return []
  return records.flatMap(record => {
    if (record.name !== 'ConfigRecord' || record.message.name !== minInsyncReplicas) return []
    const isTopic = record.message.resourceType === ConfigResourceType.TOPIC
    return [metadataRecord('ClearElrRecord', 0, { topicName: isTopic ? record.message.resourceName : '' })]
  })
}
