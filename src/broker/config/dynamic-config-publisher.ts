import type { DynamicConfig } from '../../config/dynamic-config.ts'
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
    }
  }
}
