import { script } from '../session.ts'
import { topic } from '../steps.ts'

export const createPartitions = script('CreatePartitions', [
  {
    name: 'more partitions, which Metadata shows at once',
    versions: 'all',
    steps: [
      ...topic(1),
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 3, assignments: null }], timeoutMs: 10_000 },
      },
      { send: 'Metadata', body: { topics: [{ name: '{name}' }] }, until: { 'topics.0.partitions.2.errorCode': 0 } },
    ],
  },
  {
    name: 'counts that cannot be',
    versions: 'all',
    steps: [
      ...topic(2),
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 2, assignments: null }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 1, assignments: null }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 0, assignments: null }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: -1, assignments: null }], timeoutMs: 10_000 },
      },
    ],
  },
  {
    name: 'unknown topics, twice the same topic, nothing',
    steps: [
      ...topic(1),
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}-x', count: 2, assignments: null }], timeoutMs: 10_000 },
      },
      { send: 'CreatePartitions', body: { topics: [{ name: 'a b', count: 2, assignments: null }], timeoutMs: 10_000 } },
      {
        send: 'CreatePartitions',
        body: {
          topics: [
            { name: '{name}', count: 2, assignments: null },
            { name: '{name}', count: 3, assignments: null },
          ],
          timeoutMs: 10_000,
        },
      },
      { send: 'CreatePartitions', body: { topics: [], timeoutMs: 10_000 } },
    ],
  },
  {
    name: 'only validated',
    steps: [
      ...topic(1),
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 4, assignments: null }], validateOnly: true, timeoutMs: 10_000 },
      },
      { send: 'Metadata', body: { topics: [{ name: '{name}' }] } },
    ],
  },
  {
    name: 'placed by hand, rightly and wrongly',
    steps: [
      ...topic(1),
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 3, assignments: [{ brokerIds: [1] }] }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 2, assignments: [{ brokerIds: [9] }] }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 2, assignments: [{ brokerIds: [1, 1] }] }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 2, assignments: [{ brokerIds: [] }] }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 2, assignments: [] }], timeoutMs: 10_000 },
      },
      {
        send: 'CreatePartitions',
        body: { topics: [{ name: '{name}', count: 2, assignments: [{ brokerIds: [1] }] }], timeoutMs: 10_000 },
      },
    ],
  },
  {
    name: 'a deadline that has passed',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'CreatePartitions', body: { topics: [{ name: '{name}', count: 2, assignments: null }], timeoutMs: 0 } },
      { send: 'CreatePartitions', body: { topics: [{ name: '{name}', count: 2, assignments: null }], timeoutMs: -1 } },
    ],
  },
])
