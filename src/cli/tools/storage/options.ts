import type { GivenOptions } from '../../option-table.ts'
import type { ToolCommand } from '../../tool.ts'

const config = {
  config: {
    argument: 'file',
    aliases: ['c'],
    isRequired: true,
    help: "The node's server.properties, which names its log directories. Required.",
  },
} as const

const releaseVersion = {
  'release-version': {
    argument: 'release',
    aliases: ['r'],
    help: 'Of Kafka, such as 4.3 or 3.9-IV0, whose features are meant. From 3.3-IV3 on; 4.3-IV0 by default.',
  },
} as const

export const storageCommands = {
  info: { summary: 'Shows the log directories of a node, and what is wrong with them', options: config },
  format: {
    summary: 'Formats the log directories of a node that is to be started for the first time',
    options: {
      ...config,
      'cluster-id': {
        argument: 'id',
        aliases: ['t'],
        isRequired: true,
        help: 'Of the cluster, the same on all of its nodes. Required.',
      },
      'add-scram': {
        argument: 'credential',
        aliases: ['S'],
        isRepeatable: true,
        help:
          "A user that the cluster begins with: 'SCRAM-SHA-256=[name=alice,password=alice-secret]', or " +
          '\'SCRAM-SHA-512=[name=alice,iterations=8192,salt="N3E=",saltedpassword="YCE="]\'. May be repeated.',
      },
      'ignore-formatted': { aliases: ['g'], help: 'Leaves directories that are formatted already as they are.' },
      ...releaseVersion,
      feature: {
        argument: 'feature=level',
        aliases: ['f'],
        isRepeatable: true,
        help: 'The level a feature begins with, such as kraft.version=1. May be repeated.',
      },
      standalone: {
        aliases: ['s'],
        help: 'This controller is the first voter of a dynamic quorum. Without controller.quorum.voters only.',
      },
      'no-initial-controllers': {
        aliases: ['N'],
        help: 'This node joins a dynamic quorum that others begin. Without controller.quorum.voters only.',
      },
      'initial-controllers': {
        argument: 'voters',
        aliases: ['I'],
        help:
          'The first voters of a dynamic quorum, the same on all of them: id@host:port:directory-id, separated by ' +
          'commas. Without controller.quorum.voters only.',
      },
    },
    exclusive: [{ names: ['standalone', 'no-initial-controllers', 'initial-controllers'] }],
  },
  'version-mapping': { summary: 'Shows the levels of the features of a release', options: releaseVersion },
  'feature-dependencies': {
    summary: 'Shows what levels of other features a level of a feature needs',
    options: {
      feature: {
        argument: 'feature=level',
        aliases: ['f'],
        isRequired: true,
        isRepeatable: true,
        help: 'The feature and the level, such as group.version=1. Required; may be repeated.',
      },
    },
  },
  'random-uuid': { summary: 'Prints an id for a new cluster or directory', options: {} },
} as const satisfies Readonly<Record<string, ToolCommand>>

export type FormatOptions = GivenOptions<keyof (typeof storageCommands)['format']['options']>
