import { int, javaClass } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** Quota windows. */
export const quotaKeys = {
  'quota.window.num': int(11, atLeast(1)).low.honoured(
    'How many samples the rate of new connections is measured over; client quotas too, once there are any.',
  ),
  'replication.quota.window.num': int(11, atLeast(1)).low.warns(
    'quotas',
    'How many samples replication quotas are measured over.',
  ),
  'alter.log.dirs.replication.quota.window.num': int(11, atLeast(1)).low.honoured(
    'How many samples the quota for moves between log directories is measured over.',
  ),
  'controller.quota.window.num': int(11, atLeast(1)).low.warns(
    'quotas',
    'How many samples the quota for controller mutations is measured over.',
  ),
  'quota.window.size.seconds': int(1, atLeast(1)).low.honoured(
    'The length of each sample of the rate of new connections; of client quotas too, once there are any.',
  ),
  'replication.quota.window.size.seconds': int(1, atLeast(1)).low.warns(
    'quotas',
    'The length of each sample of replication quotas.',
  ),
  'alter.log.dirs.replication.quota.window.size.seconds': int(1, atLeast(1)).low.honoured(
    'The length of each sample of the quota for moves between log directories.',
  ),
  'controller.quota.window.size.seconds': int(1, atLeast(1)).low.warns(
    'quotas',
    'The length of each sample of the quota for controller mutations.',
  ),
  'client.quota.callback.class': javaClass(null).low.refused('The plugin that decides on the quotas of clients.'),
}
