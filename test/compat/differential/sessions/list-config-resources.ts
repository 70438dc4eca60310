import { script } from '../session.ts'
import { topic } from '../steps.ts'

export const listConfigResources = script('ListConfigResources', [
  {
    name: 'in v0 only client metrics subscriptions',
    versions: [0, 0],
    steps: [{ send: 'ListConfigResources', body: {} }],
  },
  {
    name: 'topics, groups with settings, brokers',
    versions: [1, 1],
    steps: [
      ...topic(1),
      {
        send: 'IncrementalAlterConfigs',
        quiet: true,
        body: {
          resources: [
            {
              resourceType: 32,
              resourceName: '{name}-group',
              configs: [{ name: 'consumer.session.timeout.ms', configOperation: 0, value: '50000' }],
            },
          ],
        },
      },
      {
        send: 'DescribeConfigs',
        quiet: true,
        body: {
          resources: [
            { resourceType: 32, resourceName: '{name}-group', configurationKeys: ['consumer.session.timeout.ms'] },
          ],
        },
        until: { 'results.0.configs.0.value': '50000' },
      },
      {
        send: 'ListConfigResources',
        body: { resourceTypes: [2] },
        only: { configResources: { resourceName: '{name}' } },
      },
      {
        send: 'ListConfigResources',
        body: { resourceTypes: [32] },
        only: { configResources: { resourceName: '{name}-group' } },
      },
      { send: 'ListConfigResources', body: { resourceTypes: [4] } },
      { send: 'ListConfigResources', body: { resourceTypes: [8] } },
      { send: 'ListConfigResources', body: { resourceTypes: [16] } },
      {
        send: 'ListConfigResources',
        body: { resourceTypes: [] },
        only: { configResources: { resourceName: ['{name}', '{name}-group', '1'] } },
      },
      { send: 'ListConfigResources', body: { resourceTypes: [0] } },
      { send: 'ListConfigResources', body: { resourceTypes: [3] } },
    ],
  },
])
