import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ToolSession } from '../session.ts'

const ending = (...args: string[]) => ({ args, isBare: true as const, endsJvm: true as const })
const help = (...args: string[]) => ({ args, isBare: true as const, isHelp: true as const })
const bootstrap = ['--bootstrap-server', 'BOOTSTRAP']
const directoryId = 'JEXY6aqzQY-32P5TStzaFg'
const bare = (...args: string[]) => ({ args, isBare: true as const })

export const cluster: ToolSession = {
  mainClass: 'ClusterTool',
  kafkaName: 'kafka-cluster',
  prepare: (_, directory) => writeFile(join(directory, 'client.properties'), 'client.id=mine\n'),
  invocations: [
    { ...help('--help'), endsJvm: true },
    { ...help('unregister', '-h'), endsJvm: true },
    ending(),
    ending('nonsense'),
    ending('cluster-id'),
    ending('cluster-id', '--bootstrap-server'),
    ending('cluster-id', '--nothing'),
    ending('cluster-id', ...bootstrap, '--bootstrap-controller', 'CONTROLLER'),
    ending('unregister', ...bootstrap),
    ending('unregister', ...bootstrap, '--id', 'one'),
    ending('unregister', '--id', '1'),
    bare('cluster-id', ...bootstrap, '--config', 'DIRECTORY/client.properties', '-c', 'x'),
    bare('list-end', '--bootstrap-s=BOOTSTRAP', '--include'),
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
  prepare: async (_, directory) => {
    const id = `version=1\ncluster.id=c\nnode.id=3\ndirectory.id=${directoryId}\n`
    await writeFile(join(directory, 'meta.properties'), id)
    await writeFile(join(directory, 'client.properties'), 'client.id=mine\n')
    await writeFile(join(directory, 'bare.properties'), 'node.id=3\nprocess.roles=controller\n')
    const lines = [
      ...['node.id=3', 'process.roles=controller', 'controller.listener.names=CONTROLLER', `log.dirs=${directory}`],
      'listeners=CONTROLLER://:9093',
    ]
    await writeFile(join(directory, 'controller.properties'), lines.join('\n'))
  },
  invocations: [
    help('-h'),
    help('describe', '--help'),
    help(...bootstrap, 'add-controller', '--help'),
    help('remove-controller', '--help'),
    bare(),
    bare('describe'),
    bare('describe', '--nothing'),
    bare('describe', ...bootstrap, '--status'),
    bare(...bootstrap),
    bare(...bootstrap, 'nonsense'),
    bare(...bootstrap, '--bootstrap-controller', 'x', 'describe'),
    bare(...bootstrap, 'add-controller'),
    bare(...bootstrap, '--command-config', 'DIRECTORY/client.properties', 'add-controller'),
    bare(...bootstrap, '--command-config', 'DIRECTORY/bare.properties', 'add-controller', '--dry-run'),
    bare(...bootstrap, '--command-config', 'DIRECTORY/controller.properties', 'add-controller'),
    bare(...bootstrap, '--command-config', 'DIRECTORY/controller.properties', 'add-controller', '--dry-run'),
    bare(...bootstrap, 'remove-controller'),
    bare(...bootstrap, 'remove-controller', '-i', 'one', '-d', directoryId),
    bare(...bootstrap, 'remove-controller', '-i=-1', '-d', directoryId),
    bare(...bootstrap, 'remove-controller', '-i', '2', '-d', 'abcd'),
    bare(...bootstrap, 'remove-controller', '-i', '2', '-d', directoryId),
    bare(...bootstrap, 'remove-controller', '-i', '2', '-d', directoryId, '--dry-run'),
    bare(...bootstrap, 'describe'),
    bare(...bootstrap, 'describe', '--status'),
    bare(...bootstrap, 'describe', '--replication'),
    bare(...bootstrap, 'describe', '--replication', '--human-readable'),
    bare(...bootstrap, 'describe', '--status', '--replication'),
    bare(...bootstrap, 'describe', '--status', '--human-readable'),
  ],
}
