import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import type { MetadataListener } from './metadata-listener.ts'

/**
 * The committed metadata as this broker serves it. `image` moves on after every listener has carried the change out,
 * so what it names exists: the logs of a topic it holds are there.
 */
export interface MetadataCache {
  readonly image: MetadataImage
  /** Each listener's first delta leads from the empty image to the one loaded at start. Add listeners before the start. */
  addListener(listener: MetadataListener): void
}
