import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { topic } from '../steps.ts'

const resource = (
  resourceType: number,
  resourceName: string,
  configurationKeys: readonly string[] | null,
): JsonObject => ({
  resourceType,
  resourceName,
  configurationKeys,
})

export const describeConfigs = script('DescribeConfigs', [
  {
    name: 'every setting of a topic, with where it comes from',
    versions: 'all',
    steps: [
      ...topic(1, { 'retention.ms': '1000', 'cleanup.policy': 'compact,delete' }),
      { send: 'DescribeConfigs', body: { resources: [resource(2, '{name}', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(2, '{name}', null)], includeSynonyms: true } },
    ],
  },
  {
    name: 'some settings of a topic',
    versions: 'all',
    steps: [
      ...topic(1, { 'retention.ms': '1000' }),
      {
        send: 'DescribeConfigs',
        body: {
          resources: [resource(2, '{name}', ['retention.ms', 'segment.bytes', 'no.such.key', 'min.insync.replicas'])],
          includeSynonyms: true,
        },
      },
      { send: 'DescribeConfigs', body: { resources: [resource(2, '{name}', [])] } },
    ],
  },
  {
    name: 'the documentation of a setting',
    versions: [3, 4],
    steps: [
      ...topic(1),
      {
        send: 'DescribeConfigs',
        body: { resources: [resource(2, '{name}', ['max.message.bytes'])], includeDocumentation: true },
      },
    ],
  },
  {
    name: 'some settings of the broker',
    versions: 'all',
    steps: [
      {
        send: 'DescribeConfigs',
        body: {
          resources: [
            resource(4, '1', [
              'node.id',
              'process.roles',
              'num.partitions',
              'log.retention.hours',
              'log.retention.ms',
              'compression.type',
              'message.max.bytes',
              'auto.create.topics.enable',
              'group.initial.rebalance.delay.ms',
              'inter.broker.listener.name',
              'ssl.keystore.password',
              'log.cleaner.threads',
              'offsets.retention.minutes',
            ]),
          ],
          includeSynonyms: true,
        },
      },
    ],
  },
  {
    name: 'every setting of the broker has the same type, source and changeability',
    versions: [4, 4],
    steps: [{ send: 'DescribeConfigs', body: { resources: [resource(4, '1', null)], includeSynonyms: true } }],
  },
  {
    name: 'the cluster-wide default of brokers',
    versions: 'all',
    steps: [{ send: 'DescribeConfigs', body: { resources: [resource(4, '', null)], includeSynonyms: true } }],
  },
  {
    name: 'settings of a group',
    versions: [1, 4],
    steps: [{ send: 'DescribeConfigs', body: { resources: [resource(32, '{name}', null)], includeSynonyms: true } }],
  },
  {
    name: 'client metrics subscriptions',
    versions: [1, 4],
    steps: [{ send: 'DescribeConfigs', body: { resources: [resource(16, '{name}', null)], includeSynonyms: true } }],
  },
  {
    name: 'levels of loggers',
    versions: [1, 4],
    steps: [{ send: 'DescribeConfigs', body: { resources: [resource(8, '1', ['root'])] } }],
  },
  {
    name: 'what cannot be described',
    versions: 'all',
    steps: [
      { send: 'DescribeConfigs', body: { resources: [resource(2, '{name}-x', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(2, 'a b', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(2, '', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(4, '7', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(4, 'one', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(8, '7', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(8, '', null)] } },
      { send: 'DescribeConfigs', body: { resources: [resource(32, '', null)] } },
      { send: 'DescribeConfigs', body: { resources: [] } },
      { send: 'DescribeConfigs', connection: 'b', body: { resources: [resource(3, 'x', null)] } },
      { send: 'DescribeConfigs', connection: 'c', body: { resources: [resource(0, 'x', null)] } },
    ],
  },
])
