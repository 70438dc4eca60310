import { DescribeClientQuotas } from '../../protocol/apis/describe-client-quotas.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'

type Request = RequestOf<typeof DescribeClientQuotas>

const entityTypes = ['user', 'client-id', 'ip']
const matchExact = 0
const matchDefault = 1
const matchSpecified = 2

/**
 * The quotas that the metadata holds, as those of a cluster that Apache Kafka has run before. They cannot be altered
 * here yet, and nothing is throttled by them.
 */
export const handler = handlerOf(
  DescribeClientQuotas,
  (services, request) => {
    const refusal = filterFault(request.components)
    if (refusal !== undefined) return { throttleTimeMs: 0, ...refusal, entries: null }
    const entries = quotasOf(services).filter(({ entity }) => matches(entity, request))
    return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '', entries }
  },
  {
    errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: null, entries: null }),
  },
)

/** `ClientQuotasImage.describe`, in its order. */
function filterFault(components: Request['components']) {
  const invalid = (errorMessage: string) => ({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage })
  const seen = new Set<string>()
  for (const { entityType, matchType, match } of components) {
    if (entityType === '') return invalid('Invalid empty entity type.')
    if (seen.has(entityType)) return invalid(`Entity type ${entityType} cannot appear more than once in the filter.`)
    seen.add(entityType)
    if (!entityTypes.includes(entityType)) {
      return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage: `Unsupported entity type ${entityType}` }
    }
    if (matchType === matchExact) {
      if (match === null) return invalid('Request specified MATCH_TYPE_EXACT, but set match string to null.')
    } else if (matchType === matchDefault || matchType === matchSpecified) {
      const name = matchType === matchDefault ? 'MATCH_TYPE_DEFAULT' : 'MATCH_TYPE_SPECIFIED'
      if (match !== null) return invalid(`Request specified ${name}, but also specified a match string.`)
    } else return invalid(`Unknown match type ${matchType}`)
  }
  if (!seen.has('ip') || seen.size === 1) return undefined
  return invalid(
    'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter ' +
      'component.',
  )
}

interface EntityName {
  readonly entityType: string
  readonly entityName: string | null
}

interface Quotas {
  readonly entity: readonly EntityName[]
  readonly values: { readonly key: string; readonly value: number }[]
}

function quotasOf({ metadata }: BrokerServices): Quotas[] {
  const byEntity = new Map<string, Quotas>()
  for (const record of metadata.image.carried.quotas.values()) {
    if (record.name !== 'ClientQuotaRecord') continue
    const { entity, key, value } = record.message
    const sorted = entity.toSorted((one, other) => (one.entityType < other.entityType ? -1 : 1))
    const id = JSON.stringify(sorted.map(({ entityType, entityName }) => [entityType, entityName]))
    const quotas = byEntity.get(id) ?? { entity: sorted, values: [] }
    byEntity.set(id, quotas)
    quotas.values.push({ key, value })
  }
  return [...byEntity.values()]
}

function matches(entity: readonly EntityName[], { components, strict }: Request): boolean {
  if (strict && entity.length !== components.length) return false
  return components.every(({ entityType, matchType, match }) => {
    const found = entity.find(name => name.entityType === entityType)
    return found !== undefined && (matchType === matchSpecified || found.entityName === match)
  })
}
