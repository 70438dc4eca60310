import { boolean, int, list, long, string } from '../config-key.ts'
import { atLeast, between, gzipLevel, listOfAny, nonNull, oneOf } from '../validators.ts'

/** The server as a whole: identity, threads, compression, fetch limits. */
export const serverKeys = {
  'broker.id': int(-1).high.notYet(''),
  'message.max.bytes': int(1_048_588, atLeast(0)).high.clusterWide.notYet(''),
  'num.io.threads': int(8, atLeast(1)).high.clusterWide.notYet(''),
  'num.replica.alter.log.dirs.threads': int(null).high.notYet(''),
  'background.threads': int(10, atLeast(1)).high.clusterWide.notYet(''),
  'request.timeout.ms': int(30_000).high.notYet(''),
  'socket.connection.setup.timeout.ms': long(10_000).medium.notYet(''),
  'socket.connection.setup.timeout.max.ms': long(30_000).medium.notYet(''),
  'config.providers': list('', listOfAny({ empty: true, null: false })).low.clusterWide.notYet(''),
  'authorizer.class.name': string('', nonNull).low.notYet(''),
  'early.start.listeners': list(null, listOfAny({ empty: true, null: true })).high.notYet(''),
  'broker.rack': string(null).medium.notYet(''),
  'controlled.shutdown.enable': boolean(true).medium.notYet(''),
  'delete.topic.enable': boolean(true).high.notYet(''),
  'compression.type': string(
    'producer',
    oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
  ).high.clusterWide.notYet(''),
  'compression.gzip.level': int(-1, gzipLevel).medium.clusterWide.notYet(''),
  'compression.lz4.level': int(9, between(1, 17)).medium.clusterWide.notYet(''),
  'compression.zstd.level': int(3, between(-131_072, 22)).medium.clusterWide.notYet(''),
  'max.incremental.fetch.session.cache.slots': int(1000, atLeast(0)).medium.notYet(''),
  'fetch.max.bytes': int(57_671_680, atLeast(1024)).medium.notYet(''),
  'max.request.partition.size.limit': int(2000, atLeast(1)).medium.notYet(''),
  'unstable.api.versions.enable': boolean(false).high.internal.notYet(''),
  'unstable.feature.versions.enable': boolean(false).high.internal.notYet(''),
}
