import type { ApiError } from '../../../controller/api-error.ts'
import { ConfigResourceType } from '../../../controller/image/configurations.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import type { BrokerServices } from '../../services.ts'

interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

const { UNKNOWN, TOPIC, BROKER, CLIENT_METRICS, GROUP } = ConfigResourceType
const types: readonly number[] = Object.values(ConfigResourceType).filter(type => type !== UNKNOWN)
const alterable: readonly number[] = [TOPIC, BROKER, CLIENT_METRICS, GROUP]

/** What of a request to alter configurations is asked of the controller, and an answer for each resource that is not. */
export function alterableResources<Known extends Resource>(resources: readonly Known[]) {
  const outcomes = new Map<Known, ApiError>()
  const known = resources.filter(resource => {
    if (types.includes(resource.resourceType)) return true
    const errorMessage = `Unknown resource type ${resource.resourceType}.`
    outcomes.set(resource, { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage })
    return false
  })
  const remaining: Known[] = []
  for (const [resource, ...others] of Map.groupBy(known, identityOf).values()) {
    if (others.length > 0) outcomes.set(resource!, invalidRequest('Duplicate resource.'))
    else if (alterable.includes(resource!.resourceType)) remaining.push(resource!)
    else outcomes.set(resource!, invalidRequest(`Unexpected resource type ${typeName(resource!.resourceType)}.`))
  }
  return { outcomes, remaining }
}

function identityOf({ resourceType, resourceName }: Resource): string {
  return `${resourceType}:${resourceName}`
}

function typeName(type: number): string {
  return Object.entries(ConfigResourceType).find(([, id]) => id === type)?.[0] ?? String(type)
}

function invalidRequest(errorMessage: string): ApiError {
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
}

/** In the order of the request. */
export function responsesOf<Known extends Resource>(
  resources: readonly Known[],
  outcomes: ReadonlyMap<Known, ApiError>,
) {
  return resources.flatMap(resource => {
    const outcome = outcomes.get(resource)
    const { resourceType, resourceName } = resource
    return outcome === undefined ? [] : [{ ...outcome, resourceType, resourceName }]
  })
}

export function refusedResources(resources: readonly Resource[], errorCode: number) {
  return resources.map(({ resourceType, resourceName }) => ({
    errorCode,
    errorMessage: null,
    resourceType,
    resourceName,
  }))
}

export const cordonedLogDirs = 'cordoned.log.dirs'

/**
 * The controller cannot tell which directories a broker has, so that straight from it `cordoned.log.dirs` can only
 * become less (`ConfigurationControlManager.isCordonedLogDirsInvalid`). `added` is what would be in it.
 */
export function cordonFault(
  { resourceType, resourceName }: Resource,
  added: string | null | undefined,
  { metadata }: BrokerServices,
): ApiError | undefined {
  if (resourceType !== BROKER || added === undefined || added === null || added.trim() === '') return undefined
  const entries = (text: string) => text.trim().split(/\s*,\s*/)
  const stored = metadata.image.configs.of(BROKER, resourceName).get(cordonedLogDirs)
  const current = stored === undefined ? [] : entries(stored)
  if (entries(added).every(directory => current.includes(directory))) return undefined
  return {
    errorCode: ErrorCode.INVALID_CONFIG,
    errorMessage:
      'When updating cordoned.log.dirs via controllers,  the new value must be a subset of the current configuration ' +
      'value.',
  }
}
