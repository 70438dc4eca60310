import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MarkerSender } from '../../../src/broker/transactions/marker-sender.ts'
import type { TransactionMarker } from '../../../src/broker/transactions/marker-writer.ts'
import type { MetadataImage } from '../../../src/controller/image/metadata-image.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { Deadlines } from '../../../src/timers/deadlines.ts'
import type { MarkerAnswer, MarkerOrder } from '../../../src/transactions/marker-order.ts'
import type { MarkerProgress } from '../../../src/transactions/markers.ts'
import { partitionsOf, silentLogger } from '../../transactions/support/transaction-harness.ts'
import { ManualClock } from '../manual-clock.ts'

const order: MarkerOrder = {
  transactionalId: 'x',
  producerId: 7,
  producerEpoch: 3,
  outcome: 'commit',
  coordinatorEpoch: 2,
  transactionVersion: 2,
  partitions: partitionsOf('t-0', 't-1', 'gone-0', 'far-0'),
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

function senderOf(progress: (answers: readonly MarkerAnswer[], report: number) => MarkerProgress | number) {
  const clock = new ManualClock()
  const written: TransactionMarker[] = []
  const reports: (readonly MarkerAnswer[])[] = []
  const topics = new Map([
    ['t', { partitions: [{ leader: 1 }, { leader: 1 }] }],
    ['far', { partitions: [{ leader: 2 }] }],
  ])
  const sender = new MarkerSender({
    image: () => ({ topics: { byName: (name: string) => topics.get(name) } }) as unknown as MetadataImage,
    deadlines: new Deadlines(clock),
    logger: silentLogger,
    writerOf: brokerId =>
      brokerId === 1
        ? {
            writeMarkers: async marker => {
              written.push(marker)
              return marker.partitions.map(() => ErrorCode.NONE)
            },
          }
        : undefined,
    report: (_order, answers) => progress(answers, reports.push(answers)),
    fail: error => assert.fail(error as Error),
  })
  return { sender, clock, written, reports }
}

test('each leader writes one marker for its partitions, and what is deleted needs none', async () => {
  const { sender, written, reports } = senderOf(() => ({ isOver: true }))
  sender.send(order)
  await turn()
  const { producerId, producerEpoch, outcome, coordinatorEpoch, transactionVersion } = order
  const marker = { producerId, producerEpoch, outcome, coordinatorEpoch, transactionVersion }
  assert.deepEqual(written, [{ ...marker, partitions: partitionsOf('t-0', 't-1') }])
  assert.deepEqual(
    reports[0]?.map(({ topic, partition, errorCode }) => [topic, partition, errorCode]),
    [
      ['gone', 0, ErrorCode.NONE],
      ['t', 0, ErrorCode.NONE],
      ['t', 1, ErrorCode.NONE],
      ['far', 0, ErrorCode.NOT_LEADER_OR_FOLLOWER],
    ],
  )
})

test('partitions are told again after a moment, until the shard has enough', async () => {
  const { sender, clock, reports } = senderOf((answers, report) => {
    const retry = answers.filter(({ errorCode }) => errorCode !== 0)
    return report === 4 ? { isOver: true } : { isOver: false, retry }
  })
  sender.send(order)
  for (let round = 1; round <= 4; round++) {
    await turn()
    assert.equal(reports.length, round)
    await turn()
    assert.equal(reports.length, round, 'not before the moment is over')
    clock.advance(50)
  }
  await turn()
  assert.equal(reports.length, 4)
  assert.deepEqual(
    reports[3]?.map(({ topic }) => topic),
    ['far'],
  )
})

test('that the transaction is complete is written again where the log did not take it', async () => {
  const { sender, clock, reports, written } = senderOf((_answers, report) =>
    report === 1 ? ErrorCode.COORDINATOR_NOT_AVAILABLE : { isOver: true },
  )
  sender.send(order)
  await turn()
  clock.advance(50)
  await turn()
  assert.deepEqual(reports[1], [])
  assert.equal(written.length, 1)
})

test('a shard that was given up is left alone', async () => {
  const { sender, clock, reports } = senderOf(() => ErrorCode.NOT_COORDINATOR)
  sender.send(order)
  await turn()
  clock.advance(1000)
  await turn()
  assert.equal(reports.length, 1)
})
