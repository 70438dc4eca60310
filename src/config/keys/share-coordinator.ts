import { int, short } from '../config-key.ts'
import { atLeast, between } from '../validators.ts'

/** The share coordinator and its state topic. */
export const shareCoordinatorKeys = {
  'share.coordinator.state.topic.num.partitions': int(50, atLeast(1)).high.notYet(''),
  'share.coordinator.state.topic.replication.factor': short(3, atLeast(1)).high.notYet(''),
  'share.coordinator.state.topic.min.isr': short(2, atLeast(1)).high.notYet(''),
  'share.coordinator.state.topic.segment.bytes': int(104_857_600, atLeast(1)).high.notYet(''),
  'share.coordinator.threads': int(1, atLeast(1)).medium.notYet(''),
  'share.coordinator.snapshot.update.records.per.snapshot': int(500, between(0, 500)).medium.notYet(''),
  'share.coordinator.load.buffer.size': int(5_242_880, atLeast(1)).high.notYet(''),
  'share.coordinator.state.topic.compression.codec': int(0).high.notYet(''),
  'share.coordinator.append.linger.ms': int(-1, atLeast(-1)).medium.notYet(''),
  'share.coordinator.write.timeout.ms': int(5000, atLeast(1)).high.notYet(''),
  'share.coordinator.state.topic.prune.interval.ms': int(300_000, atLeast(1)).low.internal.notYet(''),
  'share.coordinator.cold.partition.snapshot.interval.ms': int(300_000, atLeast(1)).low.internal.notYet(''),
  'share.coordinator.cached.buffer.max.bytes': int(1_048_588, atLeast(524_288)).medium.clusterWide.notYet(''),
}
