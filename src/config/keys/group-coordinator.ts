import { int, list, long, short, string } from '../config-key.ts'
import { atLeast, between, listOfAny, listOfThese, oneOfIgnoringCase } from '../validators.ts'

/** Consumer, share and streams groups, and the offsets topic. */
export const groupCoordinatorKeys = {
  'group.coordinator.rebalance.protocols': list(
    'classic,consumer,streams',
    listOfThese({ empty: false }, 'consumer', 'classic', 'share', 'streams'),
  ).medium.notYet(''),
  'group.coordinator.threads': int(4, atLeast(1)).high.notYet(''),
  'group.coordinator.background.threads': int(2, atLeast(1)).high.notYet(''),
  'group.coordinator.append.linger.ms': int(-1, atLeast(-1)).medium.honoured(
    'How long records of the group coordinator wait for more to be written with; -1: as long as the write before them takes.',
  ),
  'offsets.commit.timeout.ms': int(5000, atLeast(1)).high.honoured(
    'How long a write of the group coordinator waits to be committed before it is answered COORDINATOR_NOT_AVAILABLE.',
  ),
  'offsets.load.buffer.size': int(5_242_880, atLeast(1)).high.honoured(
    'How much of the offsets topic is read at a time when its groups are loaded; never more than 256 KiB between two turns.',
  ),
  'offsets.topic.replication.factor': short(3, atLeast(1)).high.honoured(
    'The replication factor of the offsets topic when it is created.',
  ),
  'offsets.topic.num.partitions': int(50, atLeast(1)).high.honoured(
    'The number of partitions of the offsets topic when it is created.',
  ),
  'offsets.topic.segment.bytes': int(104_857_600, atLeast(1)).high.honoured(
    'The segment size of the offsets topic when it is created.',
  ),
  'offsets.topic.compression.codec': int(0).high.honoured(
    'The compression of what is written to the offsets topic, by number: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.',
  ),
  'group.coordinator.cached.buffer.max.bytes': int(1_048_588, atLeast(524_288)).medium.clusterWide.notYet(''),
  'offset.metadata.max.bytes': int(4096).high.honoured('The longest metadata that may be committed with an offset.'),
  'offsets.retention.minutes': int(10_080, atLeast(1)).high.honoured(
    'How long committed offsets are kept once their group has no members, or no subscription to their topic.',
  ),
  'offsets.retention.check.interval.ms': long(600_000, atLeast(1)).high.honoured(
    'How often offsets and empty groups are looked at for whether their time is over.',
  ),
  'group.min.session.timeout.ms': int(6000).medium.honoured(
    'The shortest session timeout a member of a classic group may ask for.',
  ),
  'group.max.session.timeout.ms': int(1_800_000).medium.honoured(
    'The longest session timeout a member of a classic group may ask for.',
  ),
  'group.initial.rebalance.delay.ms': int(3000).medium.honoured(
    'How long the first rebalance of an empty classic group waits for more members, again whenever one comes.',
  ),
  'group.max.size': int(2_147_483_647, atLeast(1)).medium.honoured('The most members a classic group may have.'),
  'group.consumer.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'group.consumer.min.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'group.consumer.max.session.timeout.ms': int(60_000, atLeast(1)).medium.notYet(''),
  'group.consumer.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'group.consumer.min.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'group.consumer.max.heartbeat.interval.ms': int(15_000, atLeast(1)).medium.notYet(''),
  'group.consumer.max.size': int(2_147_483_647, atLeast(1)).medium.notYet(''),
  'group.consumer.assignors': list('uniform,range', listOfAny({ empty: false, null: false })).medium.notYet(''),
  'group.consumer.migration.policy': string(
    'bidirectional',
    oneOfIgnoringCase('DISABLED', 'DOWNGRADE', 'UPGRADE', 'BIDIRECTIONAL'),
  ).medium.notYet(''),
  'group.consumer.assignment.interval.ms': int(1000, atLeast(0)).medium.clusterWide.notYet(''),
  'group.consumer.min.assignment.interval.ms': int(0, atLeast(0)).medium.notYet(''),
  'group.consumer.max.assignment.interval.ms': int(15_000, atLeast(0)).medium.notYet(''),
  'group.consumer.regex.refresh.interval.ms': int(600_000, atLeast(10_000)).medium.internal.notYet(''),
  'group.share.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'group.share.min.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'group.share.max.session.timeout.ms': int(60_000, atLeast(1)).medium.notYet(''),
  'group.share.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'group.share.min.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'group.share.max.heartbeat.interval.ms': int(15_000, atLeast(1)).medium.notYet(''),
  'group.share.max.size': int(200, between(1, 1000)).medium.notYet(''),
  'group.share.assignors': list('simple', listOfAny({ empty: false, null: false })).medium.notYet(''),
  'group.share.assignment.interval.ms': int(1000, atLeast(0)).medium.clusterWide.notYet(''),
  'group.share.min.assignment.interval.ms': int(0, atLeast(0)).medium.notYet(''),
  'group.share.max.assignment.interval.ms': int(15_000, atLeast(0)).medium.notYet(''),
  'group.share.initialize.retry.interval.ms': int(30_000, atLeast(1)).low.internal.notYet(''),
  'group.streams.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'group.streams.min.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'group.streams.max.session.timeout.ms': int(60_000, atLeast(1)).medium.notYet(''),
  'group.streams.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'group.streams.min.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'group.streams.max.heartbeat.interval.ms': int(15_000, atLeast(1)).medium.notYet(''),
  'group.streams.max.size': int(2_147_483_647, atLeast(1)).medium.notYet(''),
  'group.streams.num.standby.replicas': int(0, atLeast(0)).medium.notYet(''),
  'group.streams.max.standby.replicas': int(2, atLeast(0)).medium.notYet(''),
  'group.streams.initial.rebalance.delay.ms': int(3000, atLeast(0)).medium.notYet(''),
  'group.streams.assignment.interval.ms': int(1000, atLeast(0)).medium.clusterWide.notYet(''),
  'group.streams.min.assignment.interval.ms': int(0, atLeast(0)).medium.notYet(''),
  'group.streams.max.assignment.interval.ms': int(15_000, atLeast(0)).medium.notYet(''),
}
