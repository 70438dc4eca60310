import { script } from '../session.ts'
import { topic } from '../steps.ts'

export const describeTopicPartitions = script('DescribeTopicPartitions', [
  {
    name: 'topics with their partitions, in order of name',
    steps: [
      ...topic(3, {}, '{name}-b', 'b'),
      ...topic(1, {}, '{name}-a', 'a'),
      { send: 'DescribeTopicPartitions', body: { topics: [{ name: '{name}-b' }, { name: '{name}-a' }] } },
      { send: 'DescribeTopicPartitions', body: { topics: [{ name: '{name}-b' }, { name: '{name}-nowhere' }] } },
    ],
  },
  {
    name: 'a limit on partitions hands out a cursor, which goes on where it stopped',
    steps: [
      ...topic(3, {}, '{name}-a', 'a'),
      ...topic(3, {}, '{name}-b', 'b'),
      {
        send: 'DescribeTopicPartitions',
        body: { topics: [{ name: '{name}-a' }, { name: '{name}-b' }], responsePartitionLimit: 2 },
      },
      {
        send: 'DescribeTopicPartitions',
        body: {
          topics: [{ name: '{name}-a' }, { name: '{name}-b' }],
          responsePartitionLimit: 2,
          cursor: { topicName: '{name}-a', partitionIndex: 2 },
        },
      },
      {
        send: 'DescribeTopicPartitions',
        body: {
          topics: [{ name: '{name}-a' }, { name: '{name}-b' }],
          responsePartitionLimit: 2,
          cursor: { topicName: '{name}-b', partitionIndex: 1 },
        },
      },
      {
        send: 'DescribeTopicPartitions',
        body: { topics: [{ name: '{name}-a' }], responsePartitionLimit: 0 },
      },
    ],
  },
  {
    name: 'a cursor outside its topic',
    steps: [
      ...topic(2),
      {
        send: 'DescribeTopicPartitions',
        body: { topics: [{ name: '{name}' }], cursor: { topicName: '{name}', partitionIndex: 9 } },
      },
      {
        send: 'DescribeTopicPartitions',
        body: { topics: [{ name: '{name}' }], cursor: { topicName: '{name}', partitionIndex: -1 } },
      },
      {
        send: 'DescribeTopicPartitions',
        connection: 'second',
        body: { topics: [{ name: '{name}' }], cursor: { topicName: '{name}-gone', partitionIndex: 0 } },
      },
    ],
  },
  {
    name: 'names that no topic can have, and the same name twice',
    steps: [
      ...topic(1),
      { send: 'DescribeTopicPartitions', body: { topics: [{ name: '' }] } },
      { send: 'DescribeTopicPartitions', body: { topics: [{ name: 'a b' }] } },
      { send: 'DescribeTopicPartitions', body: { topics: [{ name: '{name}' }, { name: '{name}' }] } },
    ],
  },
  {
    name: 'every topic when none is named',
    steps: [
      ...topic(1),
      { send: 'DescribeTopicPartitions', body: { topics: [] }, only: { topics: { name: '{name}' } } },
    ],
  },
  {
    name: 'the empty name, without a cursor',
    steps: [...topic(1), { send: 'DescribeTopicPartitions', body: { topics: [{ name: '{name}' }, { name: '' }] } }],
  },
])
