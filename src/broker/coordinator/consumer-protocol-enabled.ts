import { FeatureName } from '../../controller/feature-levels.ts'
import type { BrokerServices } from '../services.ts'

/** The level of `group.version` at which there is a consumer protocol (`GroupVersion.GV_1`). */
const consumerProtocolLevel = 1

/** Whether consumer groups are served: `group.version` and `group.coordinator.rebalance.protocols` say so. */
export function isConsumerProtocolEnabled({ metadata, config }: BrokerServices): boolean {
  const level = metadata.image.features.finalizedVersions.get(FeatureName.GROUP_VERSION) ?? 0
  return level >= consumerProtocolLevel && config.get('group.coordinator.rebalance.protocols').includes('consumer')
}
