import { FeatureName, MetadataVersion } from '../controller/feature-levels.ts'
import { defaultFeatureLevel, type Feature, features } from '../controller/feature-versions.ts'
import { metadataVersionName } from '../controller/metadata-versions.ts'
import { StorageError } from './storage-error.ts'

export interface FeatureRequest {
  /** The `metadata.version` of `--release-version`. */
  readonly releaseVersion: number | undefined
  /** By name, as asked for with `--feature`. */
  readonly levels: ReadonlyMap<string, number>
  /** `unstable.feature.versions.enable`. */
  readonly allowsUnstable: boolean
  /** No static voters are configured: `kraft.version` 1. */
  readonly hasDynamicQuorum: boolean
}

/** The `metadata.version` a new cluster begins with. Throws a `StorageError`. */
export function effectiveMetadataVersion({ releaseVersion, levels, allowsUnstable }: FeatureRequest): number {
  const asked = levels.get(FeatureName.METADATA_VERSION)
  if (asked !== undefined && releaseVersion !== undefined) {
    throw new StorageError('Use --release-version instead of --feature metadata.version=X to avoid ambiguity.')
  }
  if (asked !== undefined && metadataVersionName(asked) === undefined) {
    throw new StorageError(
      `No MetadataVersion with feature level ${asked}. Valid feature levels are from ${MetadataVersion.MINIMUM} to ` +
        `${MetadataVersion.LATEST_TESTING}.`,
    )
  }
  const version = asked ?? releaseVersion
  if (version === undefined) return allowsUnstable ? MetadataVersion.LATEST_TESTING : MetadataVersion.LATEST_PRODUCTION
  if (!allowsUnstable && version > MetadataVersion.LATEST_PRODUCTION) {
    throw new StorageError(`metadata.version ${metadataVersionName(version)} is not yet stable.`)
  }
  return version
}

/** The level of every feature, `metadata.version` among them, by name and in the order of names. Throws a `StorageError`. */
export function effectiveFeatureLevels(request: FeatureRequest): ReadonlyMap<string, number> {
  const metadataVersion = effectiveMetadataVersion(request)
  const levels = new Map(request.levels)
  for (const name of [...levels.keys()].sort()) {
    if (name === FeatureName.METADATA_VERSION || features.some(feature => feature.name === name)) continue
    const known = features.map(feature => feature.name).sort()
    throw new StorageError(`Unsupported feature: ${name}. Supported features are: ${known.join(', ')}`)
  }
  levels.set(FeatureName.METADATA_VERSION, metadataVersion)
  for (const feature of features) {
    const asked = levels.get(feature.name)
    if (feature.name === FeatureName.KRAFT_VERSION) levels.set(feature.name, kraftVersion(asked, request))
    else if (asked === undefined) levels.set(feature.name, defaultFeatureLevel(feature, metadataVersion))
  }
  const sorted = new Map([...levels].sort(([one], [other]) => (one < other ? -1 : 1)))
  for (const feature of features.toSorted((one, other) => (one.name < other.name ? -1 : 1))) check(feature, sorted)
  return sorted
}

function kraftVersion(asked: number | undefined, { hasDynamicQuorum }: FeatureRequest): number {
  if (asked === undefined) return hasDynamicQuorum ? 1 : 0
  if (asked === 0 && hasDynamicQuorum) {
    throw new StorageError(
      'Cannot set kraft.version to 0 if controller.quorum.voters is empty and one of the flags --standalone, ' +
        '--initial-controllers, or --no-initial-controllers is used. For dynamic controllers support, try removing ' +
        'the --feature flag for kraft.version.',
    )
  }
  if (asked !== 0 && !hasDynamicQuorum) {
    throw new StorageError(
      `Cannot set kraft.version to ${asked} unless controller.quorum.voters is empty and one of the flags ` +
        '--standalone, --initial-controllers, or --no-initial-controllers is used. For dynamic controllers support, ' +
        'try using one of --standalone, --initial-controllers, or --no-initial-controllers and removing ' +
        'controller.quorum.voters.',
    )
  }
  return asked
}

/** Every level of these features is a stable one. */
function check({ name, versions }: Feature, levels: ReadonlyMap<string, number>): void {
  const level = levels.get(name)
  const version = versions.find(known => known.level === level)
  if (version === undefined) throw new StorageError(`No feature:${name} with feature level ${level}`)
  for (const dependency of version.dependencies) {
    if ((levels.get(dependency.name) ?? -1) >= dependency.level) continue
    throw new StorageError(
      `${name} could not be set to ${level} because it depends on ${dependency.name} level ${dependency.level}`,
    )
  }
}
