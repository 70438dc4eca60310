import { api } from '../schema/api.ts'
import { array, int8, int16, int32, string } from '../schema/field.ts'

/**
 * The resources that have a configuration of their own. Version 0, once ListClientMetricsResources, knows client
 * metrics alone (KIP-714, KIP-1142).
 */
export const ListConfigResources = api(74, 'ListConfigResources', {
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    resourceTypes: array(int8).since(1),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    configResources: array({
      resourceName: string,
      resourceType: int8.since(1).default(16).ignorable(),
    }),
  },
})
