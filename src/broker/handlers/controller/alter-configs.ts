import { AlterConfigs } from '../../../protocol/apis/alter-configs.ts'
import { handlerOf } from '../../handler.ts'
import { alterableResources, cordonedLogDirs, cordonFault, refusedResources, responsesOf } from './alter-resources.ts'

/** Replaces all configs of each resource; no broker has looked at them first. */
export const handler = handlerOf(
  AlterConfigs,
  async (services, { resources, validateOnly }) => {
    const { outcomes, remaining } = alterableResources(resources)
    const changes = remaining.flatMap(resource => {
      const configs = new Map(resource.configs.map(({ name, value }) => [name, value]))
      const fault = cordonFault(resource, configs.get(cordonedLogDirs), services)
      if (fault === undefined) return [{ resource, configs }]
      outcomes.set(resource, fault)
      return []
    })
    const results = await services.controller.legacyAlterConfigs(
      changes.map(({ resource: { resourceType: type, resourceName: name }, configs }) => ({
        resource: { type, name },
        configs,
      })),
      validateOnly,
    )
    for (const [index, { resource }] of changes.entries()) outcomes.set(resource, results[index]!)
    return { throttleTimeMs: 0, responses: responsesOf(resources, outcomes) }
  },
  {
    errorResponse: ({ resources }, errorCode) => ({
      throttleTimeMs: 0,
      responses: refusedResources(resources, errorCode),
    }),
  },
)
