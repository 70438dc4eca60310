import { script } from '../session.ts'

export const describeCluster = script('DescribeCluster', [
  {
    name: 'the cluster and its brokers',
    versions: 'all',
    steps: [
      { send: 'DescribeCluster', body: {} },
      { send: 'DescribeCluster', body: { includeClusterAuthorizedOperations: true } },
    ],
  },
  {
    name: 'a broker does not speak for controllers, nor for endpoints that do not exist',
    versions: [1, 2],
    steps: [
      { send: 'DescribeCluster', body: { endpointType: 2 } },
      { send: 'DescribeCluster', body: { endpointType: 3 } },
      { send: 'DescribeCluster', body: { endpointType: 0 } },
    ],
  },
  {
    name: 'fenced brokers too',
    versions: [2, 2],
    steps: [{ send: 'DescribeCluster', body: { includeFencedBrokers: true } }],
  },
])
