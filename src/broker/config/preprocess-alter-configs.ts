import { brokerKeys, isBrokerKey } from '../../config/broker-keys.ts'
import { ConfigError, RequirementError } from '../../config/config-error.ts'
import type { DynamicConfig } from '../../config/dynamic-config.ts'
import { defaultValue } from '../../config/parse-value.ts'
import { InvalidConfigRequest } from '../../config/validate-change.ts'
import type { ApiError } from '../../controller/api-error.ts'
import { ConfigResourceType } from '../../controller/image/configurations.ts'
import { AlterConfigOp } from '../../controller/requests.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { UnknownOperation } from './logger-configs.ts'

/** One resource of AlterConfigs or IncrementalAlterConfigs; the former's configs are all to be set. */
export interface AlterResource {
  readonly resourceType: number
  readonly resourceName: string
  readonly configs: readonly {
    readonly name: string
    readonly configOperation?: number
    readonly value: string | null
  }[]
}

export interface Preprocessing {
  readonly nodeId: number
  readonly dynamic: DynamicConfig
  /** What the metadata holds for a BROKER resource. */
  readonly storedBrokerConfigs: (name: string) => ReadonlyMap<string, string>
  /** Serves a BROKER_LOGGER resource, which the controller never sees; undefined where the API cannot change one. */
  readonly alterLoggers: ((resource: AlterResource) => void) | undefined
}

/**
 * What this broker decides before the controller is asked (`ConfigAdminManager.preprocess`): requests no controller
 * needs to see, broker configs that this broker could not run with, and the levels of its loggers. A resource that is
 * not in the answer goes on to the controller.
 */
export function preprocessAlterConfigs(
  resources: readonly AlterResource[],
  preprocessing: Preprocessing,
): Map<AlterResource, ApiError> {
  const outcomes = new Map<AlterResource, ApiError>()
  const byIdentity = Map.groupBy(resources, resource => `${resource.resourceType}:${resource.resourceName}`)
  for (const same of byIdentity.values()) {
    if (same.length < 2) continue
    for (const resource of same) outcomes.set(resource, invalidRequest('Each resource must appear at most once.'))
  }
  for (const resource of resources) {
    if (outcomes.has(resource)) continue
    try {
      if (preprocess(resource, preprocessing)) outcomes.set(resource, { errorCode: 0, errorMessage: null })
    } catch (error) {
      outcomes.set(resource, outcomeOf(error))
    }
  }
  return outcomes
}

/** Whether the resource is done with. */
function preprocess(resource: AlterResource, preprocessing: Preprocessing): boolean {
  const names = resource.configs.map(config => config.name)
  if (new Set(names).size < names.length) throw new InvalidConfigRequest('Error due to duplicate config keys')
  const nulls = resource.configs.filter(
    config => config.value === null && config.configOperation !== AlterConfigOp.DELETE,
  )
  if (nulls.length > 0) {
    throw new InvalidConfigRequest(`Null value not supported for : ${nulls.map(config => config.name).join(', ')}`)
  }
  switch (resource.resourceType) {
    case ConfigResourceType.BROKER_LOGGER:
      if (preprocessing.alterLoggers === undefined) break
      preprocessing.alterLoggers(resource)
      return true
    case ConfigResourceType.BROKER:
      checkBroker(resource, preprocessing)
      return false
    case ConfigResourceType.TOPIC:
    case ConfigResourceType.CLIENT_METRICS:
    case ConfigResourceType.GROUP:
      return false
  }
  throw new InvalidConfigRequest(`Unknown resource type ${resource.resourceType}`)
}

/** A broker's configs are checked by that broker, which alone knows its static ones. */
function checkBroker(resource: AlterResource, { nodeId, dynamic, storedBrokerConfigs }: Preprocessing): void {
  const name = resource.resourceName
  if (name !== '') checkNodeId(name, nodeId)
  const isPerBroker = name !== ''
  const isIncremental = resource.configs.some(config => config.configOperation !== undefined)
  const stored = isIncremental ? dynamic.usable(storedBrokerConfigs(name), isPerBroker).usable : new Map()
  const proposed = new Map<string, string>(stored)
  for (const { name: key, configOperation = AlterConfigOp.SET, value } of resource.configs) {
    applyOperation(proposed, key, configOperation, value ?? '')
  }
  try {
    dynamic.validate(proposed, isPerBroker)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // Scala's `require` puts these words before its message.
    const prefix = error instanceof RequirementError ? 'requirement failed: ' : ''
    throw new InvalidConfigRequest(prefix + error.message)
  }
}

function applyOperation(proposed: Map<string, string>, key: string, operation: number, value: string): void {
  switch (operation) {
    case AlterConfigOp.SET:
      proposed.set(key, value)
      return
    case AlterConfigOp.DELETE:
      proposed.delete(key)
      return
    case AlterConfigOp.APPEND: {
      const old = entriesOf(proposed, key, 'append').filter((entry, _, all) => all.length > 1 || entry !== '')
      proposed.set(key, [...old, ...value.split(',').filter(entry => !old.includes(entry))].join(','))
      return
    }
    case AlterConfigOp.SUBTRACT: {
      const old = [...entriesOf(proposed, key, 'subtract')]
      for (const entry of value.split(',')) {
        const at = old.indexOf(entry)
        if (at >= 0) old.splice(at, 1)
      }
      proposed.set(key, old.join(','))
      return
    }
    default:
      throw new InvalidConfigRequest(`Unknown operations type ${operation}`)
  }
}

function entriesOf(proposed: ReadonlyMap<string, string>, key: string, verb: string): readonly string[] {
  if (!isBrokerKey(key)) throw new ConfigError(`Unknown config name: ${key}`)
  if (brokerKeys[key].type !== 'list')
    throw new ConfigError(`Config value ${verb} is not allowed for config key: ${key}`)
  return (proposed.get(key) ?? defaultValue(key, brokerKeys[key]).text ?? '').split(',')
}

function checkNodeId(name: string, nodeId: number): void {
  if (!/^[-+]?[0-9]+$/.test(name)) throw new InvalidConfigRequest(`Node id must be an integer, but it is: ${name}`)
  if (Number(name) !== nodeId) {
    throw new InvalidConfigRequest(`Unexpected broker id, expected ${nodeId}, but received ${name}`)
  }
}

export function outcomeOf(error: unknown): ApiError {
  if (error instanceof ConfigError) return { errorCode: ErrorCode.INVALID_CONFIG, errorMessage: error.message }
  if (error instanceof InvalidConfigRequest) return invalidRequest(error.message)
  if (error instanceof UnknownOperation) return { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null }
  throw error
}

function invalidRequest(errorMessage: string): ApiError {
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
}
