import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'

export const describeLogDirs = script('DescribeLogDirs', [
  {
    name: 'the size of partitions, of some and of none',
    versions: 'all',
    steps: [
      ...topic(2),
      produced([threeRecords]),
      { send: 'DescribeLogDirs', body: { topics: [{ topic: '{name}', partitions: [0, 1] }] } },
      { send: 'DescribeLogDirs', body: { topics: [{ topic: '{name}', partitions: [0] }] } },
      { send: 'DescribeLogDirs', body: { topics: [{ topic: '{name}', partitions: [7] }] } },
      { send: 'DescribeLogDirs', body: { topics: [{ topic: '{name}-x', partitions: [0] }] } },
      { send: 'DescribeLogDirs', body: { topics: [] } },
      { send: 'DescribeLogDirs', body: { topics: null }, only: { 'results.*.topics': { name: '{name}' } } },
    ],
  },
])
