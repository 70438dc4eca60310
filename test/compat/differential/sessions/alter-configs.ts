import type { Json, JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { topic } from '../steps.ts'

const set = (
  resourceType: number,
  resourceName: string,
  configs: Readonly<Record<string, Json>>,
  more: JsonObject = {},
): JsonObject => ({
  resources: [
    { resourceType, resourceName, configs: Object.entries(configs).map(([name, value]) => ({ name, value })) },
  ],
  ...more,
})

const described = (keys: readonly string[], resourceType = 2, resourceName = '{name}'): JsonObject => ({
  resources: [{ resourceType, resourceName, configurationKeys: keys }],
})

export const alterConfigs = script('AlterConfigs', [
  {
    name: 'replaces every setting of a topic',
    versions: 'all',
    steps: [
      ...topic(1, { 'retention.ms': '1000' }),
      { send: 'AlterConfigs', body: set(2, '{name}', { 'segment.bytes': '2000000' }) },
      {
        send: 'DescribeConfigs',
        body: described(['segment.bytes', 'retention.ms']),
        until: { 'results.0.configs.0.value': '2000000' },
      },
      { send: 'AlterConfigs', body: set(2, '{name}', {}) },
      {
        send: 'DescribeConfigs',
        body: described(['segment.bytes']),
        until: { 'results.0.configs.0.value': '1073741824' },
      },
    ],
  },
  {
    name: 'only validated',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'AlterConfigs', body: set(2, '{name}', { 'segment.bytes': '2000000' }, { validateOnly: true }) },
      { send: 'AlterConfigs', body: set(2, '{name}', { 'segment.bytes': 'x' }, { validateOnly: true }) },
      { send: 'DescribeConfigs', body: described(['segment.bytes']) },
    ],
  },
  {
    name: 'what cannot be set',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'AlterConfigs', body: set(2, '{name}', { 'no.such.key': '1' }) },
      { send: 'AlterConfigs', body: set(2, '{name}', { 'segment.bytes': '1' }) },
      { send: 'AlterConfigs', body: set(2, '{name}', { 'segment.bytes': null }) },
      { send: 'AlterConfigs', body: set(2, '{name}-x', { 'segment.bytes': '2000000' }) },
      { send: 'AlterConfigs', body: set(2, '', { 'segment.bytes': '2000000' }) },
      { send: 'AlterConfigs', body: set(4, '9', { 'log.cleaner.threads': '1' }) },
      { send: 'AlterConfigs', body: set(4, 'one', { 'log.cleaner.threads': '1' }) },
      { send: 'AlterConfigs', body: set(8, '1', { root: 'INFO' }) },
      { send: 'AlterConfigs', body: set(3, 'x', { a: 'b' }) },
      { send: 'AlterConfigs', body: { resources: [] } },
    ],
  },
  {
    name: 'the same resource twice',
    steps: [
      ...topic(1),
      {
        send: 'AlterConfigs',
        patienceMs: 2000,
        body: {
          resources: [
            { resourceType: 2, resourceName: '{name}', configs: [{ name: 'segment.bytes', value: '2000000' }] },
            { resourceType: 2, resourceName: '{name}', configs: [] },
          ],
        },
      },
    ],
  },
  {
    name: 'settings of a group',
    steps: [
      { send: 'AlterConfigs', body: set(32, '{name}', { 'consumer.session.timeout.ms': '50000' }) },
      {
        send: 'DescribeConfigs',
        body: described(['consumer.session.timeout.ms'], 32),
        until: { 'results.0.configs.0.value': '50000' },
      },
      { send: 'AlterConfigs', body: set(32, '{name}', { 'consumer.session.timeout.ms': '1' }) },
      { send: 'AlterConfigs', body: set(32, '{name}', { 'no.such.key': '1' }) },
      { send: 'AlterConfigs', body: set(32, '', { 'consumer.session.timeout.ms': '50000' }) },
    ],
  },
])
