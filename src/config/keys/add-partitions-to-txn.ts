import { int } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** How a broker asks the transaction coordinator to verify a partition. */
export const addPartitionsToTxnKeys = {
  'add.partitions.to.txn.retry.backoff.max.ms': int(100, atLeast(0)).high.honoured(
    'The longest a broker keeps trying to have a partition added to a transaction.',
  ),
  'add.partitions.to.txn.retry.backoff.ms': int(20, atLeast(1)).high.honoured('The wait between two such tries.'),
}
