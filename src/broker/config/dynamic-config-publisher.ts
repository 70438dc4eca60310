import type { DynamicConfig } from '../../config/dynamic-config.ts'
import { keyWarnings } from '../../config/known-keys.ts'
import { ConfigResourceType } from '../../controller/image/configurations.ts'
import type { MetadataDelta } from '../../controller/image/metadata-delta.ts'
import type { Logger } from '../../ports.ts'
import type { MetadataListener } from '../metadata/metadata-listener.ts'

/**
 * Puts the broker configs of the metadata log in force (`DynamicConfigPublisher`). Add it before whoever resolves
 * values from them, such as a topic's.
 */
export class DynamicConfigPublisher implements MetadataListener {
  readonly name = 'DynamicConfigPublisher'
  readonly #nodeId: string
  readonly #dynamic: DynamicConfig
  readonly #logger: Logger
  /** Keys without effect that were named already. */
  readonly #named = new Set<string>()

  constructor(nodeId: number, dynamic: DynamicConfig, logger: Logger) {
    this.#nodeId = String(nodeId)
    this.#dynamic = dynamic
    this.#logger = logger
  }

  onMetadataUpdate(delta: MetadataDelta): void {
    for (const { type, name } of delta.changedConfigs) {
      if (type !== ConfigResourceType.BROKER || (name !== '' && name !== this.#nodeId)) continue
      const stored = delta.after.configs.of(type, name)
      for (const fault of this.#dynamic.update(name === '' ? 'defaults' : 'broker', stored)) this.#logger.error(fault)
      this.#nameWithoutEffect([...stored.keys()])
    }
  }

  /** As at a start: one warning for each key that nobody acts on. */
  #nameWithoutEffect(names: readonly string[]): void {
    const fresh = names.filter(name => !this.#named.has(name))
    for (const name of fresh) this.#named.add(name)
    for (const warning of keyWarnings(fresh)) this.#logger.warn(warning)
  }
}
