import { boolean, double, int, long, longMax, string } from '../config-key.ts'
import { atLeast, between, nonEmptyString } from '../validators.ts'

/** Tiered storage (KIP-405). */
export const remoteLogKeys = {
  'remote.log.storage.system.enable': boolean(false).medium.warns(
    'tiered storage',
    'Switches tiered storage on for the broker.',
  ),
  'remote.log.storage.manager.impl.prefix': string('rsm.config.', nonEmptyString).medium.warns(
    'tiered storage',
    'Keys that begin with this are handed to the remote storage manager.',
  ),
  'remote.log.metadata.manager.impl.prefix': string('rlmm.config.', nonEmptyString).medium.warns(
    'tiered storage',
    'Keys that begin with this are handed to the remote log metadata manager.',
  ),
  'remote.log.storage.manager.class.name': string(null, nonEmptyString).medium.warns(
    'tiered storage',
    'The plugin that stores segments in the remote tier.',
  ),
  'remote.log.storage.manager.class.path': string(null).medium.warns(
    'tiered storage',
    'Where the classes of the remote storage manager are loaded from.',
  ),
  'remote.log.metadata.manager.class.name': string(
    'org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager',
    nonEmptyString,
  ).medium.warns('tiered storage', 'The plugin that remembers which segments the remote tier holds.'),
  'remote.log.metadata.manager.class.path': string(null).medium.warns(
    'tiered storage',
    'Where the classes of the remote log metadata manager are loaded from.',
  ),
  'remote.log.metadata.manager.listener.name': string(null, nonEmptyString).medium.warns(
    'tiered storage',
    'The listener the remote log metadata manager connects to its own broker through.',
  ),
  'remote.log.metadata.custom.metadata.max.bytes': int(128, atLeast(0)).low.warns(
    'tiered storage',
    'The most custom metadata the remote storage manager may attach to a segment, in bytes.',
  ),
  'remote.log.index.file.cache.total.size.bytes': long(1_073_741_824, atLeast(1)).low.clusterWide.warns(
    'tiered storage',
    'Bytes of local disk for indexes fetched from the remote tier.',
  ),
  'remote.log.index.file.cache.ttl.ms': long(900_000, atLeast(-1)).low.internal.warns(
    'tiered storage',
    'How long a cached index of a remote segment is kept after its last use.',
  ),
  'remote.log.manager.thread.pool.size': int(2, atLeast(1)).medium.warns(
    'tiered storage',
    'Threads that copy, fetch and clean up remote segments, where the pools below are not set by themselves.',
  ),
  'remote.log.manager.copier.thread.pool.size': int(10, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'Threads that copy segments to the remote tier.',
  ),
  'remote.log.manager.expiration.thread.pool.size': int(10, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'Threads that delete expired segments from the remote tier.',
  ),
  'remote.log.manager.follower.thread.pool.size': int(2, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'Threads that follow the remote log of partitions led elsewhere.',
  ),
  'remote.log.manager.task.interval.ms': long(30_000, atLeast(1)).low.warns(
    'tiered storage',
    'How often the remote log tasks of a partition run.',
  ),
  'remote.log.manager.task.retry.backoff.ms': long(500, atLeast(1)).low.internal.warns(
    'tiered storage',
    'The first wait before a failed remote log task is tried again.',
  ),
  'remote.log.manager.task.retry.backoff.max.ms': long(30_000, atLeast(1)).low.internal.warns(
    'tiered storage',
    'The longest wait before a failed remote log task is tried again.',
  ),
  'remote.log.manager.task.retry.jitter': double('0.2', between(0, 0.5)).low.internal.warns(
    'tiered storage',
    "The share by which a remote log task's wait is varied at random.",
  ),
  'remote.log.reader.threads': int(10, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'Threads that read from the remote tier.',
  ),
  'remote.log.reader.max.pending.tasks': int(100, atLeast(1)).medium.warns(
    'tiered storage',
    'Reads from the remote tier that may wait; further fetches fail.',
  ),
  'log.local.retention.ms': long(-2, atLeast(-2)).medium.clusterWide.warns(
    'tiered storage',
    'How long a tiered topic keeps a segment locally before it is deleted there; -2 takes log.retention.ms.',
  ),
  'log.local.retention.bytes': long(-2, atLeast(-2)).medium.clusterWide.warns(
    'tiered storage',
    'How many bytes of a tiered partition are kept locally; -2 takes log.retention.bytes.',
  ),
  'remote.log.manager.copy.max.bytes.per.second': long(longMax, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'The rate at which segments are copied to the remote tier, over the whole broker.',
  ),
  'remote.log.manager.copy.quota.window.num': int(11, atLeast(1)).medium.warns(
    'tiered storage',
    'How many samples the copy quota is measured over.',
  ),
  'remote.log.manager.copy.quota.window.size.seconds': int(1, atLeast(1)).medium.warns(
    'tiered storage',
    'The length of each sample of the copy quota.',
  ),
  'remote.log.manager.fetch.max.bytes.per.second': long(longMax, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'The rate at which data is read from the remote tier, over the whole broker.',
  ),
  'remote.log.manager.fetch.quota.window.num': int(11, atLeast(1)).medium.warns(
    'tiered storage',
    'How many samples the fetch quota is measured over.',
  ),
  'remote.log.manager.fetch.quota.window.size.seconds': int(1, atLeast(1)).medium.warns(
    'tiered storage',
    'The length of each sample of the fetch quota.',
  ),
  'remote.fetch.max.wait.ms': int(500, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'How long a fetch waits for the remote tier before it is answered.',
  ),
  'remote.list.offsets.request.timeout.ms': long(30_000, atLeast(1)).medium.clusterWide.warns(
    'tiered storage',
    'How long a lookup of an offset by time may take in the remote tier.',
  ),
}
