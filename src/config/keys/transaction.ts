import { boolean, int, short } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** Transactions, producer ids and their state topic. */
export const transactionKeys = {
  'transaction.state.log.min.isr': int(2, atLeast(1)).high.honoured(
    'The min.insync.replicas of __transaction_state, used when it is created.',
  ),
  'transaction.state.log.load.buffer.size': int(5_242_880, atLeast(1)).high.honoured(
    'Bytes read at a time when transactions are loaded.',
  ),
  'transaction.state.log.replication.factor': short(3, atLeast(1)).high.honoured(
    'The replication factor of __transaction_state, used when it is created.',
  ),
  'transaction.state.log.num.partitions': int(50, atLeast(1)).high.honoured(
    'The number of partitions of __transaction_state; never to be changed once it exists.',
  ),
  'transaction.state.log.segment.bytes': int(104_857_600, atLeast(1)).high.honoured(
    'The segment size of __transaction_state.',
  ),
  'transaction.partition.verification.enable': boolean(true).low.clusterWide.honoured(
    'Whether a partition asks the coordinator if a transaction is under way before it takes its first record.',
  ),
  'producer.id.expiration.ms': int(86_400_000, atLeast(1)).low.clusterWide.honoured(
    'How long a partition remembers a producer that is silent.',
  ),
  'producer.id.expiration.check.interval.ms': int(600_000, atLeast(1)).low.internal.honoured(
    'How often partitions look for producers to forget.',
  ),
  'transactional.id.expiration.ms': int(604_800_000, atLeast(1)).high.honoured(
    'How long a transactional id is remembered after its last transaction.',
  ),
  'transaction.max.timeout.ms': int(900_000, atLeast(1)).high.honoured(
    'The longest timeout a transaction may ask for.',
  ),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int(10_000, atLeast(1)).low.honoured(
    'How often the coordinator looks for transactions that have timed out.',
  ),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int(3_600_000, atLeast(1)).low.honoured(
    'How often the coordinator looks for transactional ids to forget.',
  ),
  'transaction.two.phase.commit.enable': boolean(false).low.honoured(
    'Whether clients may take part in two-phase commits, whose transactions never time out.',
  ),
}
