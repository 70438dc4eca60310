import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { topic } from '../steps.ts'

type Change = readonly [name: string, operation: number, value: string | null]
const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3

const change = (
  resourceType: number,
  resourceName: string,
  changes: readonly Change[],
  more: JsonObject = {},
): JsonObject => ({
  resources: [
    {
      resourceType,
      resourceName,
      configs: changes.map(([name, configOperation, value]) => ({ name, configOperation, value })),
    },
  ],
  ...more,
})

const described = (keys: readonly string[], resourceType = 2, resourceName = '{name}'): JsonObject => ({
  resources: [{ resourceType, resourceName, configurationKeys: keys }],
  includeSynonyms: true,
})

export const incrementalAlterConfigs = script('IncrementalAlterConfigs', [
  {
    name: 'set, append, subtract, delete',
    versions: 'all',
    steps: [
      ...topic(1, { 'retention.ms': '1000' }),
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['segment.bytes', SET, '2000000']]) },
      {
        send: 'DescribeConfigs',
        body: described(['segment.bytes', 'retention.ms']),
        until: { 'results.0.configs.0.value': '2000000' },
      },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['cleanup.policy', APPEND, 'compact']]) },
      {
        send: 'DescribeConfigs',
        body: described(['cleanup.policy']),
        until: { 'results.0.configs.0.value': 'delete,compact' },
      },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['cleanup.policy', APPEND, 'compact']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['cleanup.policy', SUBTRACT, 'delete']]) },
      {
        send: 'DescribeConfigs',
        body: described(['cleanup.policy']),
        until: { 'results.0.configs.0.value': 'compact' },
      },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['segment.bytes', DELETE, null]]) },
      {
        send: 'DescribeConfigs',
        body: described(['segment.bytes']),
        until: { 'results.0.configs.0.value': '1073741824' },
      },
    ],
  },
  {
    name: 'what cannot be changed in a topic',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['no.such.key', SET, '1']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['no.such.key', DELETE, null]]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['segment.bytes', SET, 'x']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['segment.bytes', SET, null]]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['segment.bytes', APPEND, '1']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['segment.bytes', 4, '1']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['cleanup.policy', SET, 'shred']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}', [['cleanup.policy', SUBTRACT, 'delete']]) },
      {
        send: 'IncrementalAlterConfigs',
        body: change(2, '{name}', [
          ['segment.bytes', SET, '2000000'],
          ['segment.bytes', SET, '3000000'],
        ]),
      },
      { send: 'IncrementalAlterConfigs', body: change(2, '{name}-x', [['segment.bytes', SET, '2000000']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, '', [['segment.bytes', SET, '2000000']]) },
      { send: 'IncrementalAlterConfigs', body: change(2, 'a b', [['segment.bytes', SET, '2000000']]) },
      { send: 'IncrementalAlterConfigs', body: { resources: [] } },
      {
        send: 'IncrementalAlterConfigs',
        body: {
          resources: [
            {
              resourceType: 2,
              resourceName: '{name}',
              configs: [{ name: 'segment.bytes', configOperation: SET, value: '2000000' }],
            },
            { resourceType: 2, resourceName: '{name}', configs: [] },
          ],
        },
      },
    ],
  },
  {
    name: 'only validated',
    versions: 'all',
    steps: [
      ...topic(1),
      {
        send: 'IncrementalAlterConfigs',
        body: change(2, '{name}', [['segment.bytes', SET, '2000000']], { validateOnly: true }),
      },
      { send: 'DescribeConfigs', body: described(['segment.bytes']) },
    ],
  },
  {
    name: 'a broker: set, shown, deleted',
    steps: [
      { send: 'IncrementalAlterConfigs', body: change(4, '1', [['log.cleaner.io.buffer.size', SET, '600000']]) },
      {
        send: 'DescribeConfigs',
        body: described(['log.cleaner.io.buffer.size'], 4, '1'),
        until: { 'results.0.configs.0.value': '600000' },
      },
      { send: 'IncrementalAlterConfigs', body: change(4, '1', [['log.cleaner.io.buffer.size', DELETE, null]]) },
      {
        send: 'DescribeConfigs',
        body: described(['log.cleaner.io.buffer.size'], 4, '1'),
        until: { 'results.0.configs.0.value': '524288' },
      },
    ],
  },
  {
    name: 'the default of all brokers: set, shown, deleted',
    steps: [
      { send: 'IncrementalAlterConfigs', body: change(4, '', [['log.cleaner.delete.retention.ms', SET, '86000000']]) },
      {
        send: 'DescribeConfigs',
        body: described(['log.cleaner.delete.retention.ms'], 4, ''),
        until: { 'results.0.configs.0.value': '86000000' },
      },
      {
        send: 'DescribeConfigs',
        body: described(['log.cleaner.delete.retention.ms'], 4, '1'),
        until: { 'results.0.configs.0.value': '86000000' },
      },
      { send: 'IncrementalAlterConfigs', body: change(4, '', [['log.cleaner.delete.retention.ms', DELETE, null]]) },
    ],
  },
  {
    name: 'what cannot be changed in a broker',
    steps: [
      { send: 'IncrementalAlterConfigs', body: change(4, '1', [['node.id', SET, '2']]) },
      { send: 'IncrementalAlterConfigs', body: change(4, '1', [['log.dirs', SET, '/nowhere']]) },
      { send: 'IncrementalAlterConfigs', body: change(4, '1', [['log.cleaner.threads', SET, 'many']]) },
      { send: 'IncrementalAlterConfigs', body: change(4, '9', [['log.cleaner.threads', SET, '2']]) },
      { send: 'IncrementalAlterConfigs', body: change(4, 'one', [['log.cleaner.threads', SET, '2']]) },
      { send: 'IncrementalAlterConfigs', body: change(4, '', [['listeners', SET, 'PLAINTEXT://:1']]) },
      { send: 'IncrementalAlterConfigs', body: change(4, '1', [['no.such.key', SET, '2']]) },
    ],
  },
  {
    name: 'the level of a logger',
    steps: [
      { send: 'IncrementalAlterConfigs', body: change(8, '1', [['kafka.server.ReplicaManager', SET, 'DEBUG']]) },
      { send: 'DescribeConfigs', body: described(['kafka.server.ReplicaManager'], 8, '1') },
      { send: 'IncrementalAlterConfigs', body: change(8, '1', [['kafka.server.ReplicaManager', DELETE, null]]) },
      { send: 'IncrementalAlterConfigs', body: change(8, '1', [['kafka.server.ReplicaManager', SET, 'LOUD']]) },
      { send: 'IncrementalAlterConfigs', body: change(8, '1', [['no.such.Logger', SET, 'INFO']]) },
      { send: 'IncrementalAlterConfigs', body: change(8, '1', [['root', DELETE, null]]) },
      { send: 'IncrementalAlterConfigs', body: change(8, '7', [['root', SET, 'INFO']]) },
      { send: 'IncrementalAlterConfigs', body: change(8, '1', [['root', APPEND, 'INFO']]) },
    ],
  },
  {
    name: 'settings of a group',
    steps: [
      { send: 'IncrementalAlterConfigs', body: change(32, '{name}', [['consumer.session.timeout.ms', SET, '50000']]) },
      {
        send: 'DescribeConfigs',
        body: described(['consumer.session.timeout.ms'], 32),
        until: { 'results.0.configs.0.value': '50000' },
      },
      { send: 'IncrementalAlterConfigs', body: change(32, '{name}', [['consumer.session.timeout.ms', SET, '1']]) },
      {
        send: 'IncrementalAlterConfigs',
        body: change(32, '{name}', [['consumer.heartbeat.interval.ms', SET, '999999']]),
      },
      { send: 'IncrementalAlterConfigs', body: change(32, '{name}', [['no.such.key', SET, '1']]) },
      { send: 'IncrementalAlterConfigs', body: change(32, '', [['consumer.session.timeout.ms', SET, '50000']]) },
    ],
  },
])
