import { int, short } from '../config-key.ts'
import { atLeast, between } from '../validators.ts'

/** The share coordinator and its state topic. */
export const shareCoordinatorKeys = {
  'share.coordinator.state.topic.num.partitions': int(50, atLeast(1)).high.honoured(
    'The number of partitions of __share_group_state; never to be changed once it exists.',
  ),
  'share.coordinator.state.topic.replication.factor': short(3, atLeast(1)).high.honoured(
    'The replication factor of __share_group_state, used when it is created.',
  ),
  'share.coordinator.state.topic.min.isr': short(2, atLeast(1)).high.honoured(
    'The min.insync.replicas of __share_group_state, used when it is created.',
  ),
  'share.coordinator.state.topic.segment.bytes': int(104_857_600, atLeast(1)).high.honoured(
    'The segment size of __share_group_state.',
  ),
  'share.coordinator.threads': int(1, atLeast(1)).medium.warns('share groups', 'Threads of the share coordinator.'),
  'share.coordinator.snapshot.update.records.per.snapshot': int(500, between(0, 500)).medium.warns(
    'share groups',
    'How many updates the share coordinator writes before the next snapshot.',
  ),
  'share.coordinator.load.buffer.size': int(5_242_880, atLeast(1)).high.warns(
    'share groups',
    'Bytes read at a time when share state is loaded.',
  ),
  'share.coordinator.state.topic.compression.codec': int(0).high.warns(
    'share groups',
    'The compression of __share_group_state, by its number.',
  ),
  'share.coordinator.append.linger.ms': int(-1, atLeast(-1)).medium.warns(
    'share groups',
    'How long the share coordinator collects records before it writes them; -1 adapts to the load.',
  ),
  'share.coordinator.write.timeout.ms': int(5000, atLeast(1)).high.warns(
    'share groups',
    'How long a write of the share coordinator waits for its replicas.',
  ),
  'share.coordinator.state.topic.prune.interval.ms': int(300_000, atLeast(1)).low.internal.warns(
    'share groups',
    'How often records of __share_group_state that are no longer needed are deleted.',
  ),
  'share.coordinator.cold.partition.snapshot.interval.ms': int(300_000, atLeast(1)).low.internal.warns(
    'share groups',
    'How often a share partition without updates gets a new snapshot.',
  ),
  'share.coordinator.cached.buffer.max.bytes': int(1_048_588, atLeast(524_288)).medium.clusterWide.warns(
    'share groups',
    'The largest buffer the share coordinator keeps for its next batch.',
  ),
}
