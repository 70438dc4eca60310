import { clientOptions } from '../../client-options.ts'
import type { GivenOptions } from '../../option-table.ts'

export const consumerGroupOptions = {
  ...clientOptions,
  list: { help: 'Lists the ids of groups; with --state or --type those too.' },
  describe: { help: 'Shows offsets and lag, or with --members or --state those.' },
  delete: { help: 'Deletes groups that have no members.' },
  'reset-offsets': { help: 'Moves the offsets of a group without members; only shows them without --execute.' },
  'delete-offsets': { help: 'Deletes the offsets of topics that the group is not subscribed to.' },
  'validate-regex': { argument: 'pattern', help: 'Says whether brokers will understand a subscription by pattern.' },
  group: { argument: 'id', help: 'The group. May be repeated with --describe and --delete.' },
  'all-groups': { help: 'Every group.' },
  topic: { argument: 'name', help: 'A topic, or topic:0,1 for some of its partitions. May be repeated.' },
  'all-topics': { help: 'With --reset-offsets: every topic the group has offsets of.' },
  members: { help: 'With --describe: shows the members.', onlyWith: ['describe'] },
  offsets: { help: 'With --describe: shows offsets and lag.', onlyWith: ['describe'] },
  state: {
    argument: 'states',
    isArgumentOptional: true,
    onlyWith: ['describe', 'list'],
    help: 'With --describe: shows the state. With --list: shows states, or only groups in one of those given.',
  },
  type: {
    argument: 'types',
    isArgumentOptional: true,
    onlyWith: ['list'],
    help: 'With --list: shows types, or only groups of those given: classic, consumer.',
  },
  verbose: { help: 'With --describe: shows more.', onlyWith: ['describe'] },
  timeout: { argument: 'milliseconds', type: 'long', help: 'How long to wait for an answer; 30000 unless given.' },
  'dry-run': { help: 'With --reset-offsets: only shows what would be.' },
  execute: { help: 'With --reset-offsets: does it.' },
  export: { help: 'With --reset-offsets: prints CSV, which --from-file reads.' },
  'to-offset': { argument: 'offset', type: 'long', help: 'Resets to this offset.' },
  'to-earliest': { help: 'Resets to the beginning.' },
  'to-latest': { help: 'Resets to the end.' },
  'to-current': { help: 'Resets to what is committed.' },
  'to-datetime': {
    argument: 'time',
    help: 'Resets to a point in time: 2026-01-31T12:00:00.000, in UTC or with +01:00.',
  },
  'by-duration': { argument: 'duration', help: 'Resets to so long ago: P1DT2H3M4S.' },
  'shift-by': { argument: 'count', type: 'long', help: 'Resets so many records forwards or, below zero, backwards.' },
  'from-file': { argument: 'file', help: 'Resets to what a CSV file says.' },
} as const

export type ConsumerGroupOptions = GivenOptions<keyof typeof consumerGroupOptions>
