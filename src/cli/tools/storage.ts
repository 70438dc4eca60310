import { ConfigError } from '../../config/config-error.ts'
import type { KafkaConfig } from '../../config/kafka-config.ts'
import { loadConfig } from '../../config/load-config.ts'
import { randomUuid } from '../../protocol/uuid.ts'
import { StorageError } from '../../storage/storage-error.ts'
import { type Tool, type ToolEnvironment, ToolError, type ToolResult, toolOfCommands } from '../tool.ts'
import { featureDependencies, versionMapping } from './storage/features.ts'
import { format } from './storage/format.ts'
import { info } from './storage/info.ts'
import { storageCommands } from './storage/options.ts'

export const storage: Tool = toolOfCommands({
  options: {},
  commands: storageCommands,
  argparse: { program: 'kafka-storage', readsFiles: true },
  examples: [
    ['An id for a new cluster', 'random-uuid'],
    [
      'The directories of a cluster of one node',
      'format --config server.properties --cluster-id 4L6g3nShT-eMCtK--X86sw --standalone',
    ],
    [
      'The same, with somebody who may log in',
      "format -c server.properties -t 4L6g3nShT-eMCtK--X86sw --add-scram 'SCRAM-SHA-256=[name=alice,password=alice-secret]'",
    ],
    ['What the directories hold', 'info --config server.properties'],
  ],
  async run(given, environment) {
    const lines: string[] = []
    try {
      switch (given.command) {
        case 'info':
          return await info(await configOf(given.text('config')!, environment), environment)
        case 'format':
          await format(given, await configOf(given.text('config')!, environment), environment.ports, lines)
          return { lines }
        case 'version-mapping':
          return versionMapping(given.text('release-version'))
        case 'feature-dependencies':
          for (const feature of given.texts('feature')) lines.push(...featureDependencies(feature))
          return { lines }
        default:
          return uuid(environment)
      }
    } catch (error) {
      if (!(error instanceof StorageError || error instanceof ConfigError)) throw error
      throw new ToolError(error.message, { cause: error, lines })
    }
  },
})

/** The configuration of the node, as it would start with it: with Ottla's defaults for what is left out. */
async function configOf(path: string, environment: ToolEnvironment): Promise<KafkaConfig> {
  return loadConfig(await environment.readProperties(path), environment.ports.valueSources).config
}

function uuid({ ports }: ToolEnvironment): ToolResult {
  const id = randomUuid(length => ports.random.bytes(length))
  return { lines: [id], data: { uuid: id } }
}
