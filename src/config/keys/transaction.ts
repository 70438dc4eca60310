import { boolean, int, short } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** Transactions, producer ids and their state topic. */
export const transactionKeys = {
  'transaction.state.log.min.isr': int(2, atLeast(1)).high.notYet(''),
  'transaction.state.log.load.buffer.size': int(5_242_880, atLeast(1)).high.notYet(''),
  'transaction.state.log.replication.factor': short(3, atLeast(1)).high.notYet(''),
  'transaction.state.log.num.partitions': int(50, atLeast(1)).high.notYet(''),
  'transaction.state.log.segment.bytes': int(104_857_600, atLeast(1)).high.notYet(''),
  'transaction.partition.verification.enable': boolean(true).low.clusterWide.notYet(''),
  'producer.id.expiration.ms': int(86_400_000, atLeast(1)).low.clusterWide.notYet(''),
  'producer.id.expiration.check.interval.ms': int(600_000, atLeast(1)).low.internal.notYet(''),
  'transactional.id.expiration.ms': int(604_800_000, atLeast(1)).high.notYet(''),
  'transaction.max.timeout.ms': int(900_000, atLeast(1)).high.notYet(''),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int(10_000, atLeast(1)).low.notYet(''),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int(3_600_000, atLeast(1)).low.notYet(''),
  'transaction.two.phase.commit.enable': boolean(false).low.notYet(''),
}
