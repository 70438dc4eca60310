import { join } from 'node:path'
import type { MemberOptions } from './commands.ts'
import { goAgent } from './go/go-agent.ts'
import { javaAgent } from './java/java-agent.ts'
import type { JudgingClient } from './judging-client.ts'
import { installKafkaCrabJs } from './kafka-crab-js/install.ts'
import { nodeAgent } from './node-agent.ts'
import { pythonAgent } from './python/python.ts'

const classic: MemberOptions = { protocol: 'classic', assignor: 'range' }
const cooperative: MemberOptions = { protocol: 'classic', assignor: 'cooperative-sticky' }
const classicStatic: MemberOptions = { ...classic, instanceId: 'instance' }
const uniform: MemberOptions = { protocol: 'consumer', assignor: 'uniform' }
const uniformStatic: MemberOptions = { ...uniform, instanceId: 'instance' }

export const kafkajs: JudgingClient = {
  name: 'kafkajs',
  prepare: () => nodeAgent(new URL('kafkajs/agent.ts', import.meta.url)),
  memberships: [classic],
}

export const platformaticKafka: JudgingClient = {
  name: '@platformatic/kafka',
  takesOver: false,
  prepare: () => nodeAgent(new URL('platformatic/agent.ts', import.meta.url)),
  memberships: [classic, uniform],
  repeatsAfterRebalance: true,
  losesRecords: true,
  // Its streams show aborted records, by Kafka as well, and its transactions take offsets from a consumer of its own alone.
  lacks: ['transactWithOffset'],
}

export const kafkaCrabJs: JudgingClient = {
  name: 'kafka-crab-js (librdkafka)',
  prepare: async () =>
    nodeAgent(new URL('kafka-crab-js/agent.ts', import.meta.url), join(await installKafkaCrabJs(), 'main.js')),
  lacks: [
    ...(['createTopic', 'listTopics', 'partitionCount', 'createPartitions', 'deleteTopic', 'describeCluster'] as const),
    ...(['describeConfigs', 'alterConfigs', 'listOffset'] as const),
    ...(['listGroups', 'describeGroup', 'committed', 'deleteGroup'] as const),
    ...(['transact', 'endTransaction', 'transactWithOffset'] as const),
  ],
  compressions: ['none', 'gzip', 'snappy', 'lz4'],
  choosesPartitions: false,
  memberships: [classic, uniform],
  commitsLate: true,
}

export const kafkaPython: JudgingClient = {
  name: 'kafka-python',
  needs: ['python'],
  prepare: () => pythonAgent(new URL('kafka-python/agent.py', import.meta.url)),
  memberships: [classic, cooperative, classicStatic],
  commitsLate: true,
}

export const confluentKafka: JudgingClient = {
  name: 'confluent-kafka (librdkafka)',
  needs: ['python'],
  prepare: () => pythonAgent(new URL('confluent-kafka/agent.py', import.meta.url)),
  memberships: [classic, cooperative, classicStatic, uniform, uniformStatic],
  commitsLate: true,
}

export const franzGo: JudgingClient = {
  name: 'franz-go',
  needs: ['go'],
  prepare: () => goAgent('franz-go'),
  memberships: [classic, cooperative, classicStatic, uniform, uniformStatic],
}

export const sarama: JudgingClient = {
  name: 'sarama',
  needs: ['go'],
  prepare: () => goAgent('sarama'),
  // Its partitioners hash with FNV.
  hashesAsJava: false,
  memberships: [classic, classicStatic],
}

const java = (version: '4.3.1' | '3.9' | '2.1.1', ...memberships: readonly MemberOptions[]): JudgingClient => ({
  name: `kafka-clients ${version}`,
  needs: ['java'],
  prepare: () => javaAgent(`clients-${version}`),
  memberships,
})
export const java431 = java('4.3.1', classic, cooperative, classicStatic, uniform, uniformStatic)
export const java39 = java('3.9', cooperative)
export const java211 = java('2.1.1', classic)

export const allClients: readonly JudgingClient[] = [
  ...[kafkajs, platformaticKafka, kafkaCrabJs],
  ...[kafkaPython, confluentKafka],
  ...[franzGo, sarama],
  ...[java431, java39, java211],
]
