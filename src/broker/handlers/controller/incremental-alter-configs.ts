import type { ApiError } from '../../../controller/api-error.ts'
import { ConfigResourceType } from '../../../controller/image/configurations.ts'
import { AlterConfigOp } from '../../../controller/requests.ts'
import { IncrementalAlterConfigs } from '../../../protocol/apis/incremental-alter-configs.ts'
import type { RequestOf } from '../../../protocol/schema/api.ts'
import { outcomeOf } from '../../config/preprocess-alter-configs.ts'
import { handlerOf } from '../../handler.ts'
import type { BrokerServices } from '../../services.ts'
import { alterConfigs, alterLoggers } from '../incremental-alter-configs.ts'
import { alterableResources, cordonedLogDirs, cordonFault, refusedResources, responsesOf } from './alter-resources.ts'

type Resource = RequestOf<typeof IncrementalAlterConfigs>['resources'][number]

/** Sets, deletes, appends to and subtracts from configs; no broker has looked at them first. */
export const handler = handlerOf(
  IncrementalAlterConfigs,
  async (services, { resources, validateOnly }) => {
    const isLogger = ({ resourceType }: Resource) => resourceType === ConfigResourceType.BROKER_LOGGER
    const { outcomes, remaining } = alterableResources(resources.filter(resource => !isLogger(resource)))
    for (const resource of resources.filter(isLogger)) {
      outcomes.set(resource, alteredLogger(services, resource, validateOnly))
    }
    const changes = remaining.filter(resource => {
      const fault = cordonFault(resource, addedDirectories(resource), services)
      if (fault !== undefined) outcomes.set(resource, fault)
      return fault === undefined
    })
    const results = await alterConfigs(services, changes, validateOnly)
    for (const [index, resource] of changes.entries()) outcomes.set(resource, results[index]!)
    return { throttleTimeMs: 0, responses: responsesOf(resources, outcomes) }
  },
  {
    errorResponse: ({ resources }, errorCode) => ({
      throttleTimeMs: 0,
      responses: refusedResources(resources, errorCode),
    }),
  },
)

function alteredLogger(services: BrokerServices, resource: Resource, validateOnly: boolean): ApiError {
  try {
    alterLoggers(services, resource, validateOnly)
    return { errorCode: 0, errorMessage: null }
  } catch (error) {
    return outcomeOf(error)
  }
}

/** Only setting and appending make more of a list. */
function addedDirectories({ configs }: Resource): string | null | undefined {
  const config = configs.findLast(({ name }) => name === cordonedLogDirs)
  const isAdding = config?.configOperation === AlterConfigOp.SET || config?.configOperation === AlterConfigOp.APPEND
  return isAdding ? config.value : undefined
}
