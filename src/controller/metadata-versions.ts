import { MetadataVersion } from './feature-levels.ts'

/** Kafka's names of the levels of `metadata.version`, the first of which is `MetadataVersion.MINIMUM`. */
const names: readonly string[] = [
  ...['3.3-IV3', '3.4-IV0', '3.5-IV0', '3.5-IV1', '3.5-IV2', '3.6-IV0', '3.6-IV1', '3.6-IV2', '3.7-IV0', '3.7-IV1'],
  ...['3.7-IV2', '3.7-IV3', '3.7-IV4', '3.8-IV0', '3.9-IV0', '4.0-IV0', '4.0-IV1', '4.0-IV2', '4.0-IV3', '4.1-IV0'],
  ...['4.1-IV1', '4.2-IV0', '4.2-IV1', '4.3-IV0', '4.4-IV0'],
]

/** `4.3-IV0`; undefined for a level that Kafka 4.3 does not know. */
export function metadataVersionName(level: number): string | undefined {
  return names[level - MetadataVersion.MINIMUM]
}

/** All that may be finalized, oldest first, as Kafka lists them in errors. */
export function metadataVersionNames(allowsUnstable: boolean): readonly string[] {
  return allowsUnstable ? names : names.slice(0, MetadataVersion.LATEST_PRODUCTION - MetadataVersion.MINIMUM + 1)
}

/**
 * The level that a release stands for (`MetadataVersion.fromVersionString`): `4.3-IV0` by name, `4.3`, `4.3.1` and so
 * on as the last stable level of that release.
 */
export function metadataVersionOfRelease(release: string, allowsUnstable: boolean): number | undefined {
  // Java's split drops empty segments at the end: `4.3-IV0.` has two, and is looked up as it stands.
  const segments = release.replace(/\.+$/, '').split('.')
  const text = segments.length <= 2 ? release : segments.slice(0, 2).join('.')
  const known = metadataVersionNames(allowsUnstable)
  const named = known.indexOf(text)
  if (named >= 0) return MetadataVersion.MINIMUM + named
  const last = metadataVersionNames(false).findLastIndex(name => name.slice(0, name.indexOf('-')) === text)
  return last < 0 ? undefined : MetadataVersion.MINIMUM + last
}
