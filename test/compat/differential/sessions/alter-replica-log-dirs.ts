import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'

const describe = {
  send: 'DescribeLogDirs',
  quiet: true,
  body: { topics: null },
  keep: { dir: 'results.0.logDir' },
} as const

/** Moves between directories are played in `log-dirs.test.ts`: the nodes of these sessions have one. */
export const alterReplicaLogDirs = script('AlterReplicaLogDirs', [
  {
    name: 'to where it is, to where nothing is, and of what is not there',
    versions: 'all',
    steps: [
      ...topic(2),
      produced([threeRecords]),
      describe,
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '{dir}', topics: [{ name: '{name}', partitions: [0] }] }] },
      },
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '/nowhere', topics: [{ name: '{name}', partitions: [0] }] }] },
      },
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '{dir}/', topics: [{ name: '{name}', partitions: [0] }] }] },
      },
      { send: 'AlterReplicaLogDirs', body: { dirs: [{ path: '', topics: [{ name: '{name}', partitions: [1] }] }] } },
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '{dir}', topics: [{ name: '{name}', partitions: [7] }] }] },
      },
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '{dir}', topics: [{ name: '{name}', partitions: [-1] }] }] },
      },
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '{dir}', topics: [{ name: '{name}-none', partitions: [0] }] }] },
      },
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '{dir}', topics: [{ name: '{name}', partitions: [] }] }] },
      },
      { send: 'AlterReplicaLogDirs', body: { dirs: [{ path: '{dir}', topics: [] }] } },
      { send: 'AlterReplicaLogDirs', body: { dirs: [] } },
      {
        send: 'AlterReplicaLogDirs',
        body: {
          dirs: [
            { path: '/nowhere', topics: [{ name: '{name}', partitions: [0, 1] }] },
            { path: '{dir}', topics: [{ name: '{name}', partitions: [1] }] },
          ],
        },
      },
      {
        send: 'AlterReplicaLogDirs',
        body: { dirs: [{ path: '{dir}', topics: [{ name: 'l'.repeat(249), partitions: [0] }] }] },
      },
      { send: 'AlterReplicaLogDirs', body: { dirs: [{ path: '{dir}', topics: [{ name: '', partitions: [0] }] }] } },
    ],
  },
])
