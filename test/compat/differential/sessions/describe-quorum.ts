import { script } from '../session.ts'

const of = (topicName: string, partitionIndex: number) => ({
  topics: [{ topicName, partitions: [{ partitionIndex }] }],
})

export const describeQuorum = script('DescribeQuorum', [
  {
    name: 'a quorum of one',
    versions: 'all',
    steps: [{ send: 'DescribeQuorum', body: of('__cluster_metadata', 0) }],
  },
  {
    name: 'of what is no quorum',
    versions: 'all',
    steps: [
      { send: 'DescribeQuorum', body: of('__cluster_metadata', 1) },
      { send: 'DescribeQuorum', body: of('{name}', 0) },
      { send: 'DescribeQuorum', body: { topics: [] } },
    ],
  },
])
