import { int, list, long, short, string } from '../config-key.ts'
import { atLeast, between, listOfAny, listOfThese, oneOfIgnoringCase } from '../validators.ts'

/** Consumer, share and streams groups, and the offsets topic. */
export const groupCoordinatorKeys = {
  'group.coordinator.rebalance.protocols': list(
    'classic,consumer,streams',
    listOfThese({ empty: false }, 'consumer', 'classic', 'share', 'streams'),
  ).medium.honoured('The kinds of groups that are served; `classic` must be among them.'),
  'group.coordinator.threads': int(4, atLeast(1)).high.warns('threads', 'Threads of the group coordinator.'),
  'group.coordinator.background.threads': int(2, atLeast(1)).high.warns(
    'threads',
    "Threads for the group coordinator's longer computations.",
  ),
  'group.coordinator.append.linger.ms': int(-1, atLeast(-1)).medium.honoured(
    'How long the group coordinator collects records before it writes them; -1 adapts to the load.',
  ),
  'offsets.commit.timeout.ms': int(5000, atLeast(1)).high.honoured('How long an offset commit waits for its replicas.'),
  'offsets.load.buffer.size': int(5_242_880, atLeast(1)).high.honoured(
    'Bytes read at a time when offsets and groups are loaded.',
  ),
  'offsets.topic.replication.factor': short(3, atLeast(1)).high.honoured(
    'The replication factor of __consumer_offsets, used when it is created.',
  ),
  'offsets.topic.num.partitions': int(50, atLeast(1)).high.honoured(
    'The number of partitions of __consumer_offsets; never to be changed once it exists.',
  ),
  'offsets.topic.segment.bytes': int(104_857_600, atLeast(1)).high.honoured('The segment size of __consumer_offsets.'),
  'offsets.topic.compression.codec': int(0).high.honoured(
    'The compression of __consumer_offsets, by its number: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.',
  ),
  'group.coordinator.cached.buffer.max.bytes': int(1_048_588, atLeast(524_288)).medium.clusterWide.warns(
    'jvm',
    'The largest buffer the group coordinator keeps for its next batch.',
  ),
  'offset.metadata.max.bytes': int(4096).high.honoured('The longest text a client may commit with an offset.'),
  'offsets.retention.minutes': int(10_080, atLeast(1)).high.honoured(
    "How long offsets outlive their group's last member, or their own last commit.",
  ),
  'offsets.retention.check.interval.ms': long(600_000, atLeast(1)).high.honoured(
    'How often the coordinator looks for expired offsets.',
  ),
  'group.min.session.timeout.ms': int(6000).medium.honoured(
    'The shortest session timeout a member of a classic group may ask for.',
  ),
  'group.max.session.timeout.ms': int(1_800_000).medium.honoured(
    'The longest session timeout a member of a classic group may ask for.',
  ),
  'group.initial.rebalance.delay.ms': int(3000).medium.honoured(
    'How long a new classic group waits for more members before its first rebalance.',
  ),
  'group.max.size': int(2_147_483_647, atLeast(1)).medium.honoured('The most members a classic group may have.'),
  'group.consumer.session.timeout.ms': int(45_000, atLeast(1)).medium.honoured(
    'How long a member of a consumer group may be silent before it is removed.',
  ),
  'group.consumer.min.session.timeout.ms': int(45_000, atLeast(1)).medium.honoured(
    'The shortest session timeout a consumer group may be configured with.',
  ),
  'group.consumer.max.session.timeout.ms': int(60_000, atLeast(1)).medium.honoured(
    'The longest session timeout a consumer group may be configured with.',
  ),
  'group.consumer.heartbeat.interval.ms': int(5000, atLeast(1)).medium.honoured(
    'How often members of consumer groups are told to send heartbeats.',
  ),
  'group.consumer.min.heartbeat.interval.ms': int(5000, atLeast(1)).medium.honoured(
    'The shortest heartbeat interval a consumer group may be configured with.',
  ),
  'group.consumer.max.heartbeat.interval.ms': int(15_000, atLeast(1)).medium.honoured(
    'The longest heartbeat interval a consumer group may be configured with.',
  ),
  'group.consumer.max.size': int(2_147_483_647, atLeast(1)).medium.honoured(
    'The most members a consumer group may have.',
  ),
  'group.consumer.assignors': list('uniform,range', listOfAny({ empty: false, null: false })).medium.honoured(
    'The server-side assignors of consumer groups, the default one first.',
  ),
  'group.consumer.migration.policy': string(
    'bidirectional',
    oneOfIgnoringCase('DISABLED', 'DOWNGRADE', 'UPGRADE', 'BIDIRECTIONAL'),
  ).medium.honoured('Whether groups may move between the classic and the consumer protocol while they live.'),
  'group.consumer.assignment.interval.ms': int(1000, atLeast(0)).medium.clusterWide.honoured(
    'The shortest time between two new assignments of a consumer group.',
  ),
  'group.consumer.min.assignment.interval.ms': int(0, atLeast(0)).medium.honoured(
    'The shortest assignment interval a consumer group may be configured with.',
  ),
  'group.consumer.max.assignment.interval.ms': int(15_000, atLeast(0)).medium.honoured(
    'The longest assignment interval a consumer group may be configured with.',
  ),
  'group.consumer.regex.refresh.interval.ms': int(600_000, atLeast(10_000)).medium.internal.honoured(
    'How often a subscription by regular expression is matched against the topics again.',
  ),
  'group.share.session.timeout.ms': int(45_000, atLeast(1)).medium.warns(
    'share groups',
    'How long a member of a share group may be silent before it is removed.',
  ),
  'group.share.min.session.timeout.ms': int(45_000, atLeast(1)).medium.warns(
    'share groups',
    'The shortest session timeout a share group may be configured with.',
  ),
  'group.share.max.session.timeout.ms': int(60_000, atLeast(1)).medium.warns(
    'share groups',
    'The longest session timeout a share group may be configured with.',
  ),
  'group.share.heartbeat.interval.ms': int(5000, atLeast(1)).medium.warns(
    'share groups',
    'How often members of share groups are told to send heartbeats.',
  ),
  'group.share.min.heartbeat.interval.ms': int(5000, atLeast(1)).medium.warns(
    'share groups',
    'The shortest heartbeat interval a share group may be configured with.',
  ),
  'group.share.max.heartbeat.interval.ms': int(15_000, atLeast(1)).medium.warns(
    'share groups',
    'The longest heartbeat interval a share group may be configured with.',
  ),
  'group.share.max.size': int(200, between(1, 1000)).medium.warns(
    'share groups',
    'The most members a share group may have.',
  ),
  'group.share.assignors': list('simple', listOfAny({ empty: false, null: false })).medium.warns(
    'share groups',
    'The server-side assignor of share groups; exactly one.',
  ),
  'group.share.assignment.interval.ms': int(1000, atLeast(0)).medium.clusterWide.warns(
    'share groups',
    'The shortest time between two new assignments of a share group.',
  ),
  'group.share.min.assignment.interval.ms': int(0, atLeast(0)).medium.warns(
    'share groups',
    'The shortest assignment interval a share group may be configured with.',
  ),
  'group.share.max.assignment.interval.ms': int(15_000, atLeast(0)).medium.warns(
    'share groups',
    'The longest assignment interval a share group may be configured with.',
  ),
  'group.share.initialize.retry.interval.ms': int(30_000, atLeast(1)).low.internal.warns(
    'share groups',
    'How long the coordinator waits before it initializes the state of a share partition again.',
  ),
  'group.streams.session.timeout.ms': int(45_000, atLeast(1)).medium.warns(
    'streams groups',
    'How long a member of a streams group may be silent before it is removed.',
  ),
  'group.streams.min.session.timeout.ms': int(45_000, atLeast(1)).medium.warns(
    'streams groups',
    'The shortest session timeout a streams group may be configured with.',
  ),
  'group.streams.max.session.timeout.ms': int(60_000, atLeast(1)).medium.warns(
    'streams groups',
    'The longest session timeout a streams group may be configured with.',
  ),
  'group.streams.heartbeat.interval.ms': int(5000, atLeast(1)).medium.warns(
    'streams groups',
    'How often members of streams groups are told to send heartbeats.',
  ),
  'group.streams.min.heartbeat.interval.ms': int(5000, atLeast(1)).medium.warns(
    'streams groups',
    'The shortest heartbeat interval a streams group may be configured with.',
  ),
  'group.streams.max.heartbeat.interval.ms': int(15_000, atLeast(1)).medium.warns(
    'streams groups',
    'The longest heartbeat interval a streams group may be configured with.',
  ),
  'group.streams.max.size': int(2_147_483_647, atLeast(1)).medium.warns(
    'streams groups',
    'The most members a streams group may have.',
  ),
  'group.streams.num.standby.replicas': int(0, atLeast(0)).medium.warns(
    'streams groups',
    'How many standby replicas each task of a streams group has.',
  ),
  'group.streams.max.standby.replicas': int(2, atLeast(0)).medium.warns(
    'streams groups',
    'The most standby replicas a streams group may be configured with.',
  ),
  'group.streams.initial.rebalance.delay.ms': int(3000, atLeast(0)).medium.warns(
    'streams groups',
    'How long a new streams group waits for more members before its first assignment.',
  ),
  'group.streams.assignment.interval.ms': int(1000, atLeast(0)).medium.clusterWide.warns(
    'streams groups',
    'The shortest time between two new assignments of a streams group.',
  ),
  'group.streams.min.assignment.interval.ms': int(0, atLeast(0)).medium.warns(
    'streams groups',
    'The shortest assignment interval a streams group may be configured with.',
  ),
  'group.streams.max.assignment.interval.ms': int(15_000, atLeast(0)).medium.warns(
    'streams groups',
    'The longest assignment interval a streams group may be configured with.',
  ),
}
