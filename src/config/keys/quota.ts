import { int, javaClass } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** Quota windows. */
export const quotaKeys = {
  'quota.window.num': int(11, atLeast(1)).low.notYet(''),
  'replication.quota.window.num': int(11, atLeast(1)).low.notYet(''),
  'alter.log.dirs.replication.quota.window.num': int(11, atLeast(1)).low.notYet(''),
  'controller.quota.window.num': int(11, atLeast(1)).low.notYet(''),
  'quota.window.size.seconds': int(1, atLeast(1)).low.notYet(''),
  'replication.quota.window.size.seconds': int(1, atLeast(1)).low.notYet(''),
  'alter.log.dirs.replication.quota.window.size.seconds': int(1, atLeast(1)).low.notYet(''),
  'controller.quota.window.size.seconds': int(1, atLeast(1)).low.notYet(''),
  'client.quota.callback.class': javaClass(null).low.notYet(''),
}
