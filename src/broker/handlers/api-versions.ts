import { supportedFeaturesWith } from '../../controller/feature-levels.ts'
import {
  apiKeyInfo,
  isServedVersion,
  maxServedVersion,
  PRODUCE_ADVERTISED_VERSION_MIN,
} from '../../protocol/api-keys.ts'
import { ApiVersions } from '../../protocol/apis/api-versions.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { type Handler, handlerOf, type RequestContext } from '../handler.ts'
import { type HandlerEntry, handlerEntries } from '../handlers.ts'
import type { BrokerServices } from '../services.ts'

const PRODUCE_KEY = 0

/** What a client may call itself (KIP-511). */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

/** Older clients cannot read a feature whose lowest level is 0 (KAFKA-17492). */
const levelZeroSince = 4

/** Answers with the versions of what these entries serve: those of one kind of listener. */
export function apiVersionsHandler(entries: readonly HandlerEntry[]): Handler {
  const [stable, all] = [false, true].map(isUnstableServed => servedVersions(entries, isUnstableServed))
  return handlerOf(ApiVersions, (services, request, context) => {
    const apiKeys = services.config.get('unstable.api.versions.enable') ? all! : stable!
    return answer(apiKeys, services, request, context)
  })
}

export const handler = apiVersionsHandler(handlerEntries)

function answer(
  apiKeys: ReturnType<typeof servedVersions>,
  services: BrokerServices,
  request: RequestOf<typeof ApiVersions>,
  context: RequestContext,
): EncodableResponseOf<typeof ApiVersions> {
  const version = context.apiVersion
  if (!isServedVersion(apiKeyInfo(ApiVersions.key)!, version)) {
    const [minVersion, maxVersion] = apiKeyInfo(ApiVersions.key)!.versions
    return {
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      apiKeys: [{ apiKey: ApiVersions.key, minVersion, maxVersion }],
    }
  }
  if (version >= 3) {
    if (!softwareName.test(request.clientSoftwareName) || !softwareName.test(request.clientSoftwareVersion)) {
      return { errorCode: ErrorCode.INVALID_REQUEST, apiKeys: [] }
    }
    context.connection.clientSoftwareName = request.clientSoftwareName
    context.connection.clientSoftwareVersion = request.clientSoftwareVersion
  }
  return { errorCode: ErrorCode.NONE, apiKeys, ...featuresOf(services, version) }
}

function servedVersions(entries: readonly HandlerEntry[], isUnstableServed: boolean) {
  return entries.map(({ key }) => {
    const info = apiKeyInfo(key)!
    const [minVersion] = info.versions
    const maxVersion = maxServedVersion(info, isUnstableServed)
    return { apiKey: key, minVersion: key === PRODUCE_KEY ? PRODUCE_ADVERTISED_VERSION_MIN : minVersion, maxVersion }
  })
}

/** What this node could be set to, and what the cluster is set to. */
function featuresOf(services: BrokerServices, version: number) {
  const { image } = services.metadata
  const finalized = new Map(image.features.finalizedVersions)
  if (image.features.metadataVersion > 0) finalized.set('metadata.version', image.features.metadataVersion)
  // Finalized by the quorum's own records, not by the image's.
  const { kraftVersion } = services.metadataQuorum.quorum
  if (kraftVersion > 0) finalized.set('kraft.version', kraftVersion)
  return {
    supportedFeatures: supportedFeaturesWith(services.config.get('unstable.feature.versions.enable'))
      .filter(({ minSupportedVersion }) => version >= levelZeroSince || minSupportedVersion > 0)
      .map(feature => ({
        name: feature.name,
        minVersion: feature.minSupportedVersion,
        maxVersion: feature.maxSupportedVersion,
      })),
    finalizedFeaturesEpoch: image.provenance.lastContainedOffset,
    finalizedFeatures: [...finalized].map(([name, level]) => ({
      name,
      maxVersionLevel: level,
      minVersionLevel: level,
    })),
  }
}
