import type { ApiError } from '../../controller/api-error.ts'
import { ConfigResourceType } from '../../controller/image/configurations.ts'
import { AlterConfigs } from '../../protocol/apis/alter-configs.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import { preprocessAlterConfigs } from '../config/preprocess-alter-configs.ts'
import { handlerOf } from '../handler.ts'

type Resource = RequestOf<typeof AlterConfigs>['resources'][number]

/** Replaces all configs of each resource: the older way, which IncrementalAlterConfigs has overtaken. */
export const handler = handlerOf(
  AlterConfigs,
  async (services, request) => {
    const outcomes = preprocessAlterConfigs(request.resources, {
      nodeId: services.nodeId,
      dynamic: services.dynamicConfig,
      storedBrokerConfigs: name => services.metadata.image.configs.of(ConfigResourceType.BROKER, name),
      alterLoggers: undefined,
    })
    const remaining = request.resources.filter(resource => !outcomes.has(resource))
    if (remaining.length > 0) {
      const changes = remaining.map(({ resourceType, resourceName, configs }) => ({
        resource: { type: resourceType, name: resourceName },
        configs: new Map(configs.map(({ name, value }) => [name, value])),
      }))
      const results = await services.controller.legacyAlterConfigs(changes, request.validateOnly)
      for (const [index, resource] of remaining.entries()) outcomes.set(resource, results[index]!)
    }
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

function responseOf(resource: Resource, { errorCode, errorMessage }: ApiError) {
  const { resourceType, resourceName } = resource
  return { errorCode, errorMessage, resourceType, resourceName }
}
