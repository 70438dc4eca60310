import type { ApiError } from '../../controller/api-error.ts'
import { ConfigResourceType } from '../../controller/image/configurations.ts'
import { AlterConfigOp, type ConfigChange } from '../../controller/requests.ts'
import { IncrementalAlterConfigs } from '../../protocol/apis/incremental-alter-configs.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import { alterLoggerLevels, checkLoggerNodeId } from '../config/logger-configs.ts'
import { type AlterResource, preprocessAlterConfigs } from '../config/preprocess-alter-configs.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'

type Resource = RequestOf<typeof IncrementalAlterConfigs>['resources'][number]

/** Sets, deletes, appends to and subtracts from configs, each resource by itself (KIP-339). */
export const handler = handlerOf(
  IncrementalAlterConfigs,
  async (services, request) => {
    const outcomes = preprocessAlterConfigs(request.resources, {
      nodeId: services.nodeId,
      dynamic: services.dynamicConfig,
      storedBrokerConfigs: name => services.metadata.image.configs.of(ConfigResourceType.BROKER, name),
      alterLoggers: resource => alterLoggers(services, resource, request.validateOnly),
    })
    const remaining = request.resources.filter(resource => !outcomes.has(resource))
    const results = await alterConfigs(services, remaining, request.validateOnly)
    for (const [index, resource] of remaining.entries()) outcomes.set(resource, results[index]!)
    const responses = request.resources.map(resource => responseOf(resource, outcomes.get(resource)!))
    return { throttleTimeMs: 0, responses }
  },
  {
    errorResponse: (request, errorCode) => ({
      throttleTimeMs: 0,
      responses: request.resources.map(resource => responseOf(resource, { errorCode, errorMessage: null })),
    }),
  },
)

export async function alterConfigs(
  services: BrokerServices,
  resources: readonly Resource[],
  validateOnly: boolean,
): Promise<readonly ApiError[]> {
  if (resources.length === 0) return []
  const changes = resources.map(changeOf)
  // An operation nobody knows is a null in Kafka's controller, which fails the whole request over it.
  if (changes.includes(undefined)) return resources.map(() => unknownOperation)
  return services.controller.incrementalAlterConfigs(changes as ConfigChange[], validateOnly)
}

const unknownOperation: ApiError = {
  errorCode: ErrorCode.UNKNOWN_SERVER_ERROR,
  errorMessage: null,
}

function changeOf(resource: Resource): ConfigChange | undefined {
  const operations = new Map<string, { readonly op: AlterConfigOp; readonly value: string | null }>()
  for (const { name, configOperation, value } of resource.configs) {
    const op = Object.values(AlterConfigOp).find(known => known === configOperation)
    if (op === undefined) return undefined
    operations.set(name, { op, value })
  }
  return { resource: { type: resource.resourceType, name: resource.resourceName }, operations }
}

export function alterLoggers(services: BrokerServices, resource: AlterResource, validateOnly: boolean): void {
  checkLoggerNodeId(resource.resourceName, services.nodeId)
  const changes = (resource as Resource).configs
  alterLoggerLevels(services.loggerLevels, changes, validateOnly)
  if (validateOnly) return
  const logger = services.loggers.named('kafka.server.ConfigAdminManager')
  for (const { name, configOperation, value } of changes) {
    const change =
      configOperation === AlterConfigOp.SET
        ? `Updated the log level of ${name} to ${value}`
        : `Unset the log level of ${name}`
    logger.warn(change)
  }
}

function responseOf(resource: Resource, { errorCode, errorMessage }: ApiError) {
  const { resourceType, resourceName } = resource
  return { errorCode, errorMessage, resourceType, resourceName }
}
