import { FeatureName, MetadataVersion } from '../../../controller/feature-levels.ts'
import { defaultFeatureLevel, features } from '../../../controller/feature-versions.ts'
import {
  metadataVersionName,
  metadataVersionNames,
  metadataVersionOfRelease,
} from '../../../controller/metadata-versions.ts'
import { StorageError } from '../../../storage/storage-error.ts'
import type { ToolResult } from '../../tool.ts'

/** The `metadata.version` of a release. Throws a `StorageError`. */
export function metadataVersionOf(release: string, allowsUnstable: boolean): number {
  const level = metadataVersionOfRelease(release, allowsUnstable)
  if (level !== undefined) return level
  const supported = metadataVersionNames(allowsUnstable).join(', ')
  throw new StorageError(`Unknown metadata.version '${release}'. Supported metadata.version are: ${supported}`)
}

export function versionMapping(release = metadataVersionName(MetadataVersion.LATEST_PRODUCTION)!): ToolResult {
  const metadataVersion = metadataVersionOf(release, true)
  const levels = features.map(feature => [feature.name, defaultFeatureLevel(feature, metadataVersion)] as const)
  const columns = ['feature', 'level']
  return {
    lines: [
      `${FeatureName.METADATA_VERSION}=${metadataVersion} (${release})`,
      ...levels.map(([name, level]) => `${name}=${level}`),
    ],
    table: { columns, rows: [[FeatureName.METADATA_VERSION, metadataVersion], ...levels] },
    data: { release, ...Object.fromEntries([[FeatureName.METADATA_VERSION, metadataVersion], ...levels]) },
  }
}

/** What a `feature=level` needs. Throws a `StorageError`. */
export function featureDependencies(argument: string): string[] {
  const at = argument.indexOf('=')
  if (at < 0) {
    throw new StorageError(
      `Invalid feature format: ${argument}. Expected format: 'feature=version' (e.g. 'group.version=1')`,
    )
  }
  const name = argument.slice(0, at).trim()
  const text = argument.slice(at + 1).trim()
  const level = parseShort(text)
  if (level === undefined) throw new StorageError(`Invalid version format: ${text} for feature ${name}`)
  if (name === FeatureName.METADATA_VERSION) {
    const shown = metadataVersionName(level)
    if (shown === undefined) throw new StorageError(`Unknown metadata.version ${level}`)
    return [`${name}=${level} (${shown}) has no dependencies.`]
  }
  const feature = features.find(known => known.name === name)
  if (feature === undefined) throw new StorageError(`Unknown feature: ${name}`)
  const version = feature.versions.find(known => known.level === level)
  if (version === undefined) throw new StorageError(`Feature level ${level} is not supported for feature ${name}`)
  if (version.dependencies.length === 0) return [`${name}=${level} has no dependencies.`]
  return [
    `${name}=${level} requires:`,
    ...version.dependencies.map(dependency =>
      dependency.name === FeatureName.METADATA_VERSION
        ? `    ${dependency.name}=${dependency.level} (${metadataVersionName(dependency.level)})`
        : `    ${dependency.name}=${dependency.level}`,
    ),
  ]
}

/** As `Short.parseShort`; undefined for what is none. */
export function parseShort(text: string): number | undefined {
  const value = Number(text)
  return /^[+-]?\d+$/.test(text) && value >= -32_768 && value <= 32_767 ? value : undefined
}
