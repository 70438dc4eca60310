import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ToolSession } from '../session.ts'

const usage = (...args: string[]) => ({ args, isBare: true as const, endsJvm: 1 })
const bootstrap = ['--bootstrap-server', 'BOOTSTRAP']
const bare = (...args: string[]) => ({ args, isBare: true as const })

export const cluster: ToolSession = {
  mainClass: 'ClusterTool',
  kafkaName: 'kafka-cluster',
  prepare: (_, directory) => writeFile(join(directory, 'client.properties'), 'client.id=mine\n'),
  invocations: [
    usage(),
    usage('nonsense'),
    usage('cluster-id'),
    usage('cluster-id', '--bootstrap-server'),
    usage('cluster-id', '--nothing'),
    usage('unregister', ...bootstrap),
    usage('unregister', ...bootstrap, '--id', 'one'),
    bare('cluster-id', ...bootstrap),
    bare('cluster-id', '-b', 'BOOTSTRAP'),
    bare('list-endpoints', ...bootstrap),
    bare('list-endpoints', ...bootstrap, '--include-fenced-brokers'),
    bare('cluster-id', ...bootstrap, '--config', 'DIRECTORY/client.properties'),
    bare('cluster-id', ...bootstrap, '--command-config', 'DIRECTORY/missing.properties'),
  ],
}

export const metadataQuorum: ToolSession = {
  mainClass: 'MetadataQuorumCommand',
  kafkaName: 'kafka-metadata-quorum',
  invocations: [
    usage(),
    usage('describe'),
    usage(...bootstrap),
    usage(...bootstrap, 'nonsense'),
    bare(...bootstrap, 'describe'),
    bare(...bootstrap, 'describe', '--status'),
    bare(...bootstrap, 'describe', '--replication'),
    bare(...bootstrap, 'describe', '--replication', '--human-readable'),
    bare(...bootstrap, 'describe', '--status', '--replication'),
    bare(...bootstrap, 'describe', '--status', '--human-readable'),
  ],
}
