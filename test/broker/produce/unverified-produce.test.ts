import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unverifiedProduce } from '../../../src/broker/produce/unverified-produce.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'

const { NOT_ENOUGH_REPLICAS, CONCURRENT_TRANSACTIONS } = ErrorCode

/** What the coordinator says, and what a producer that verifies and one that adds partitions are told. */
const rows: readonly [said: number, verifying: number, adding: number, hasText: boolean][] = [
  [ErrorCode.INVALID_TXN_STATE, ErrorCode.INVALID_TXN_STATE, ErrorCode.INVALID_TXN_STATE, true],
  [ErrorCode.NETWORK_EXCEPTION, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS, true],
  [ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS, true],
  [ErrorCode.COORDINATOR_NOT_AVAILABLE, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS, true],
  [ErrorCode.NOT_COORDINATOR, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS, true],
  [CONCURRENT_TRANSACTIONS, NOT_ENOUGH_REPLICAS, CONCURRENT_TRANSACTIONS, false],
  [ErrorCode.TRANSACTION_ABORTABLE, ErrorCode.TRANSACTION_ABORTABLE, ErrorCode.TRANSACTION_ABORTABLE, false],
  [ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.INVALID_PRODUCER_EPOCH, false],
  [ErrorCode.INVALID_PRODUCER_ID_MAPPING, 49, 49, false],
  [ErrorCode.NOT_LEADER_OR_FOLLOWER, 6, 6, false],
]

for (const [said, verifying, adding, hasText] of rows) {
  test(`${errorName(said)} reads ${errorName(verifying)}, and ${errorName(adding)} where partitions are added`, () => {
    assert.equal(unverifiedProduce(said, false).errorCode, verifying)
    const told = unverifiedProduce(said, true)
    assert.equal(told.errorCode, adding)
    assert.equal(told.errorMessage !== null, hasText)
    if (adding === NOT_ENOUGH_REPLICAS) assert.match(told.errorMessage ?? '', new RegExp(`: ${errorName(said)}$`))
  })
}
