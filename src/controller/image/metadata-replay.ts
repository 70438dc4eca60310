import { assert } from '../../assertion.ts'
import type { MetadataRecord } from '../metadata-record.ts'
import { DeltaBuilder } from './delta-builder.ts'
import type { MetadataDelta } from './metadata-delta.ts'
import type { MetadataImage, MetadataProvenance } from './metadata-image.ts'

export interface ReplayOptions {
  /**
   * Whether the key is one a resource of that type has. Records of others are passed over, as they were written by a
   * Kafka that knew the key (`SupportedConfigChecker`).
   */
  readonly isSupportedConfig: (resourceType: number, key: string) => boolean
}

/**
 * Replays the metadata log batch by batch. What stands between BeginTransaction and EndTransaction takes effect with
 * the latter, all at once, and never if AbortTransaction comes instead (KIP-868).
 */
export class MetadataReplay {
  readonly #isSupportedConfig: ReplayOptions['isSupportedConfig']
  #image: MetadataImage
  /** Records that have yet to take effect, those of an open transaction among them. */
  #pending: MetadataRecord[] = []
  /** Where in `#pending` the open transaction begins. */
  #transactionStart: number | undefined

  constructor(image: MetadataImage, { isSupportedConfig }: ReplayOptions) {
    this.#image = image
    this.#isSupportedConfig = isSupportedConfig
  }

  get image(): MetadataImage {
    return this.#image
  }

  get isInTransaction(): boolean {
    return this.#transactionStart !== undefined
  }

  /** One batch. Undefined where it ends within a transaction. */
  replay(records: readonly MetadataRecord[], provenance: MetadataProvenance): MetadataDelta | undefined {
    for (const record of records) {
      switch (record.name) {
        case 'BeginTransactionRecord':
          assert(this.#transactionStart === undefined, 'a metadata transaction begins within another')
          this.#transactionStart = this.#pending.length
          break
        case 'EndTransactionRecord':
          assert(this.#transactionStart !== undefined, 'no metadata transaction to end')
          this.#transactionStart = undefined
          break
        case 'AbortTransactionRecord':
          assert(this.#transactionStart !== undefined, 'no metadata transaction to abort')
          this.#pending.length = this.#transactionStart
          this.#transactionStart = undefined
          break
        case 'ConfigRecord':
          if (this.#isSupportedConfig(record.message.resourceType, record.message.name)) this.#pending.push(record)
          break
        default:
          this.#pending.push(record)
      }
    }
    if (this.#transactionStart !== undefined) return undefined
    const builder = new DeltaBuilder(this.#image)
    for (const record of this.#pending) builder.replay(record)
    this.#pending = []
    const delta = builder.finish(provenance)
    this.#image = delta.after
    return delta
  }
}
