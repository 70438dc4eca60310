import { join } from 'node:path'
import { nodeAgent } from '../node-agent.ts'
import { judge } from '../suite.ts'
import { installKafkaCrabJs } from './install.ts'

await judge({
  name: 'kafka-crab-js (librdkafka)',
  prepare: async () => nodeAgent(new URL('agent.ts', import.meta.url), join(await installKafkaCrabJs(), 'main.js')),
  lacks: [
    ...(['createTopic', 'listTopics', 'partitionCount', 'createPartitions', 'deleteTopic', 'describeCluster'] as const),
    ...(['describeConfigs', 'alterConfigs', 'listOffset'] as const),
    ...(['listGroups', 'describeGroup', 'committed', 'deleteGroup'] as const),
  ],
  compressions: ['none', 'gzip', 'snappy', 'lz4'],
  choosesPartitions: false,
})
