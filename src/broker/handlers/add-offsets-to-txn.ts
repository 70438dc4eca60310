import { AddOffsetsToTxn } from '../../protocol/apis/add-offsets-to-txn.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'
import { GROUP_METADATA_TOPIC } from '../internal-topics.ts'
import { fencingErrorOf } from '../transactions/fencing-error.ts'

/** Before this version clients do not know PRODUCER_FENCED. */
const producerFencedSince = 2

export const handler = handlerOf(
  AddOffsetsToTxn,
  ({ groupCoordinator, transactionCoordinator }, request, { apiVersion }) => {
    const { transactionalId, producerId, producerEpoch, groupId } = request
    const partitions = [{ topic: GROUP_METADATA_TOPIC, partition: groupCoordinator.partitionFor(groupId) }]
    // Clients of transactions of version 2 do not send it: TxnOffsetCommit adds the partition on the way.
    const added = transactionCoordinator.addPartitions({ transactionalId, producerId, producerEpoch, partitions }, 0)
    return mapAnswer(added, errorCode => ({
      throttleTimeMs: 0,
      errorCode: fencingErrorOf(errorCode, apiVersion >= producerFencedSince),
    }))
  },
  { errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode }) },
)
