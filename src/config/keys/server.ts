import { boolean, int, list, long, string } from '../config-key.ts'
import { atLeast, between, gzipLevel, listOfAny, nonNull, oneOf } from '../validators.ts'

/** The server as a whole: identity, threads, compression, fetch limits. */
export const serverKeys = {
  'broker.id': int(-1).high.honoured('The older name of node.id; both must say the same.'),
  'message.max.bytes': int(1_048_588, atLeast(0)).high.clusterWide.honoured(
    'The largest record batch a topic takes, compressed, unless the topic sets max.message.bytes.',
  ),
  'num.io.threads': int(8, atLeast(1)).high.clusterWide.honoured('Threads that process requests.'),
  'num.replica.alter.log.dirs.threads': int(null).high.honoured(
    'Partitions moved between log directories at a time; as many as there are directories by default.',
  ),
  'background.threads': int(10, atLeast(1)).high.clusterWide.honoured(
    'Threads for background work such as deleting files.',
  ),
  'request.timeout.ms': int(30_000).high.honoured(
    'How long this broker, as a client, waits for an answer; and how long a transaction marker may take to be committed.',
  ),
  'socket.connection.setup.timeout.ms': long(10_000).medium.warns(
    'other brokers',
    'How long this broker, as a client, waits for a connection to be made the first time.',
  ),
  'socket.connection.setup.timeout.max.ms': long(30_000).medium.warns(
    'other brokers',
    'The longest it waits for a connection after repeated failures.',
  ),
  'config.providers': list('', listOfAny({ empty: true, null: false })).low.clusterWide.honoured(
    'Names of providers, each with a `config.providers.NAME.class`, that fill in variables in configuration values.',
  ),
  'authorizer.class.name': string('', nonNull).low.refused(
    'The authorizer that decides who may do what; none by default, so that everybody may do everything.',
  ),
  'early.start.listeners': list(null, listOfAny({ empty: true, null: true })).high.warns(
    'security',
    "Listeners that open before the authorizer is ready; the controller's by default.",
  ),
  'broker.rack': string(null).medium.honoured(
    'The rack or zone of this broker, which replica placement and rack-aware clients take into account.',
  ),
  'controlled.shutdown.enable': boolean(true).medium.honoured(
    'Whether a stopping broker hands its partitions over first.',
  ),
  'delete.topic.enable': boolean(true).high.honoured('Whether topics may be deleted.'),
  'compression.type': string(
    'producer',
    oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
  ).high.clusterWide.honoured(
    'How topics are compressed on disk unless they say themselves; `producer` keeps what the producer chose.',
  ),
  'compression.gzip.level': int(-1, gzipLevel).medium.clusterWide.honoured(
    'The gzip level where compression.type is gzip.',
  ),
  'compression.lz4.level': int(9, between(1, 17)).medium.clusterWide.honoured(
    'The lz4 level where compression.type is lz4; 9 is the fast compressor, every other a high one.',
  ),
  'compression.zstd.level': int(3, between(-131_072, 22)).medium.clusterWide.honoured(
    'The zstd level where compression.type is zstd.',
  ),
  'max.incremental.fetch.session.cache.slots': int(1000, atLeast(0)).medium.honoured(
    'How many incremental fetch sessions the broker keeps.',
  ),
  'fetch.max.bytes': int(57_671_680, atLeast(1024)).medium.honoured(
    'The most bytes one fetch is answered with, the first batch excepted.',
  ),
  'max.request.partition.size.limit': int(2000, atLeast(1)).medium.honoured(
    'The most partitions one DescribeTopicPartitions answer holds.',
  ),
  'unstable.api.versions.enable': boolean(false).high.internal.honoured(
    'Advertises API versions that are still in development.',
  ),
  'unstable.feature.versions.enable': boolean(false).high.internal.honoured(
    'Allows feature levels that are still in development.',
  ),
}
