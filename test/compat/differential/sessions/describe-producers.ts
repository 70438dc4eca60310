import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'

export const describeProducers = script('DescribeProducers', [
  {
    name: 'who wrote to a partition',
    steps: [
      ...topic(2),
      { send: 'DescribeProducers', body: { topics: [{ name: '{name}', partitionIndexes: [0] }] } },
      {
        send: 'InitProducerId',
        quiet: true,
        body: { transactionalId: null, transactionTimeoutMs: 1000 },
        keep: { producerId: 'producerId' },
        until: { errorCode: 0 },
      },
      produced([{ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 0 }]),
      produced([{ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 3 }]),
      { send: 'DescribeProducers', body: { topics: [{ name: '{name}', partitionIndexes: [0, 1] }] } },
    ],
  },
  {
    name: 'topics and partitions that are not there',
    steps: [
      ...topic(1),
      { send: 'DescribeProducers', body: { topics: [{ name: '{name}', partitionIndexes: [3] }] } },
      { send: 'DescribeProducers', body: { topics: [{ name: '{name}-x', partitionIndexes: [0] }] } },
      { send: 'DescribeProducers', body: { topics: [{ name: 'a b', partitionIndexes: [0] }] } },
      { send: 'DescribeProducers', body: { topics: [] } },
    ],
  },
])
