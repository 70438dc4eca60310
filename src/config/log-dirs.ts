import type { ConfigValues } from './kafka-config.ts'

/** `log.dirs`, else `log.dir`. */
export function logDirsOf(values: ConfigValues): readonly string[] {
  return values.get('log.dirs') ?? values.get('log.dir')
}

/** `metadata.log.dir`, else the first of the log directories. */
export function metadataLogDirOf(values: ConfigValues): string {
  return values.get('metadata.log.dir') ?? logDirsOf(values)[0]!
}
