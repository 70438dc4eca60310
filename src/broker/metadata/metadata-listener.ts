import type { MetadataDelta } from '../../controller/image/metadata-delta.ts'

/**
 * Told of every committed change, one delta at a time, in the order in which the listeners were added. A listener may
 * be asynchronous: the next one, the next delta, and the answer to the request that caused the change wait for it.
 * A rejection is a fault of this broker: the node stops.
 */
export interface MetadataListener {
  readonly name: string
  onMetadataUpdate(delta: MetadataDelta): void | Promise<void>
  /** All listeners know, and so does the cache, from this moment on: no request sees the image before any more. */
  onMetadataPublished?(delta: MetadataDelta): void | Promise<void>
}
