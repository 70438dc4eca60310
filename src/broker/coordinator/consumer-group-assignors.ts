import { ConfigError } from '../../config/config-error.ts'
import type { KafkaConfig } from '../../config/kafka-config.ts'
import type { PartitionAssignor } from '../../groups/assignors/assignor.ts'
import { rangeAssignor } from '../../groups/assignors/range-assignor.ts'
import { uniformAssignor } from '../../groups/assignors/uniform-assignor.ts'

const kafkaPackage = 'org.apache.kafka.coordinator.group.assignor'

/** By the names that Kafka lets them be called in `group.consumer.assignors`. */
const assignors = new Map<string, PartitionAssignor>([
  [uniformAssignor.name, uniformAssignor],
  [rangeAssignor.name, rangeAssignor],
  [`${kafkaPackage}.UniformAssignor`, uniformAssignor],
  [`${kafkaPackage}.RangeAssignor`, rangeAssignor],
])

/** Throws `ConfigError`: an assignor of somebody's own is a Java class, which cannot be run here. */
export function consumerGroupAssignors(config: KafkaConfig): readonly PartitionAssignor[] {
  return config.get('group.consumer.assignors').map(name => {
    const assignor = assignors.get(name)
    if (assignor !== undefined) return assignor
    throw new ConfigError(
      `Invalid value ${name} for configuration group.consumer.assignors: Ottla has the assignors uniform and range`,
    )
  })
}
