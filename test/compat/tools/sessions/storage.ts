import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Command lines of `kafka-storage` run one after the other over the log directories of one node. */
export interface StorageSession {
  readonly name: string
  /** Of `server.properties`, over those of `baseProperties`; `DIRECTORY` stands for the session's directory. */
  readonly properties?: Readonly<Record<string, string | undefined>>
  prepare?(directory: string): Promise<void>
  /** `CONFIG` stands for `-c DIRECTORY/server.properties`. */
  readonly invocations: readonly string[]
}

/** A node that is broker and controller in one, of a quorum with static voters. */
export const baseProperties: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': '1@localhost:19093',
  'controller.listener.names': 'CONTROLLER',
  listeners: 'PLAINTEXT://localhost:19092,CONTROLLER://localhost:19093',
  'log.dirs': 'DIRECTORY/data',
}

const dynamic = {
  'controller.quorum.voters': undefined,
  'controller.quorum.bootstrap.servers': 'localhost:19093',
}
const brokerOnly = {
  'process.roles': 'broker',
  'node.id': '2',
  listeners: 'PLAINTEXT://localhost:19092',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
}
const threeDirectories = { 'log.dirs': 'DIRECTORY/data-1,DIRECTORY/data-2,DIRECTORY/data-3' }
const cluster = '-t 4L6g3nShT-eMCtK--X86sw'
const voters =
  '1@localhost:19093:JEXY6aqzQY-32P5TStzaFg,2@[::1]:8083:MvDxzVmcRsaTz33bUuRU6A,3@example.com:8084:07R5amHmR32VDA6jHkGbTA'
const format = `format CONFIG ${cluster}`
const scram = (credential: string) => `${format} --add-scram ${credential}`
const salted = 'salt="N3E=",saltedpassword="YCE="'

function put(content: string, directory = 'data') {
  return async (root: string) => {
    await mkdir(join(root, directory), { recursive: true })
    await writeFile(join(root, directory, 'meta.properties'), content)
  }
}

const bad = (name: string, content: string): StorageSession => ({
  name: `meta.properties that ${name}`,
  prepare: put(content),
  invocations: ['info CONFIG', format, `${format} -g`],
})

/** Releases as people write them. */
const releases = [
  ...['3.3', '3.3-IV3', '3.3.2', '3.4', '3.5', '3.5-IV1', '3.6', '3.7', '3.7.1', '3.7-IV4', '3.8', '3.9', '3.9.1'],
  ...['4.0', '4.0-IV0', '4.1', '4.2', '4.2.0', '4.3', '4.3.1', '4.3-IV0', '4.4-IV0', '4.4', '3.2', '5.0', 'foo', '4.'],
]

export const storageSessions: readonly StorageSession[] = [
  {
    name: 'command lines that are none',
    invocations: [
      '',
      'nonsense',
      'formt',
      'f',
      'format',
      'format CONFIG',
      `format ${cluster}`,
      'format CONFIG -t',
      `${format} extra`,
      `${format} --nonsense`,
      `${format} --ignore-formated`,
      `${format} --feat`,
      `${format} --standalone --no-initial-controllers`,
      `${format} -s -I ${voters}`,
      `${format} --standalone=yes`,
      `${format} -x`,
      '--config server.properties',
      'info',
      'info --config',
      'info -c DIRECTORY/missing.properties',
      '@DIRECTORY/missing.arguments',
      'random-uuid extra',
      'feature-dependencies',
      'version-mapping --release-version',
    ],
  },
  {
    name: 'help',
    invocations: ['--help', '-h', 'format --help', 'info -h', 'random-uuid --help'],
  },
  {
    name: 'ways to write the same',
    prepare: async directory => writeFile(join(directory, 'arguments'), `--cluster-id\n4L6g3nShT-eMCtK--X86sw\n-g\n`),
    invocations: [
      'format --config=DIRECTORY/server.properties --cluster-id=first -t 4L6g3nShT-eMCtK--X86sw',
      'form -cDIRECTORY/server.properties -gt4L6g3nShT-eMCtK--X86sw',
      'format CONFIG @DIRECTORY/arguments',
      `${format} --ignore`,
      'i --conf DIRECTORY/server.properties',
    ],
  },
  {
    name: 'one directory',
    invocations: ['info CONFIG', format, 'info CONFIG', format, `${format} --ignore-formatted`],
  },
  { name: 'a node without directories of its own choice', invocations: ['random-uuid'] },
  {
    name: 'three directories, one of them new',
    properties: threeDirectories,
    prepare: put(
      'version=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\nnode.id=1\ndirectory.id=FLUBCO4F6hX7sCHrDtPeAQ\n',
      'data-2',
    ),
    invocations: ['info CONFIG', format, `${format} -g`, 'info CONFIG'],
  },
  {
    name: 'metadata in a directory of its own',
    properties: { ...threeDirectories, 'metadata.log.dir': 'DIRECTORY/meta' },
    invocations: [format, 'info CONFIG'],
  },
  {
    name: 'directories of several owners',
    properties: threeDirectories,
    async prepare(directory) {
      await put('version=1\ncluster.id=one\nnode.id=1\n', 'data-1')(directory)
      await put('version=1\ncluster.id=two\nnode.id=1\n', 'data-2')(directory)
      await put('version=1\ncluster.id=one\nnode.id=2\n', 'data-3')(directory)
    },
    invocations: ['info CONFIG', 'format CONFIG -t one', 'format CONFIG -t two'],
  },
  {
    name: 'two directories of one id',
    properties: threeDirectories,
    async prepare(directory) {
      const content = 'version=1\ncluster.id=one\nnode.id=1\ndirectory.id=FLUBCO4F6hX7sCHrDtPeAQ\n'
      await put(content, 'data-1')(directory)
      await put(content, 'data-2')(directory)
    },
    invocations: ['format CONFIG -t one -g', 'format CONFIG -t two -g'],
  },
  {
    name: 'another node',
    prepare: put('version=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\nnode.id=7\n'),
    invocations: ['info CONFIG', `${format} -g`],
  },
  {
    name: 'a file in place of a directory',
    prepare: directory => writeFile(join(directory, 'data'), 'hello'),
    invocations: ['info CONFIG', format],
  },
  {
    name: 'a directory below a file',
    properties: { 'log.dirs': 'DIRECTORY/data/below,DIRECTORY/other' },
    prepare: directory => writeFile(join(directory, 'data'), 'hello'),
    invocations: ['info CONFIG', format, 'info CONFIG'],
  },
  {
    name: 'a reserved directory id',
    prepare: put('version=1\ncluster.id=x\nnode.id=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\n'),
    invocations: ['info CONFIG', 'format CONFIG -t x -g'],
  },
  { ...bad('is of ZooKeeper', 'version=0\nbroker.id=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\n') },
  { ...bad('is empty', '') },
  { ...bad('is of version 2', 'version=2\n') },
  { ...bad('has no number for a version', 'version=one\n') },
  { ...bad('lacks the cluster', 'version=1\nnode.id=1\n') },
  { ...bad('lacks the node', 'version=1\ncluster.id=x\n') },
  { ...bad('has no number for a node', 'version=1\ncluster.id=x\nnode.id=one\n') },
  { ...bad('has a short directory id', 'version=1\ncluster.id=x\nnode.id=1\ndirectory.id=zzzz\n') },
  { ...bad('has a long directory id', 'version=1\ncluster.id=x\nnode.id=1\ndirectory.id=0123456789012345678901234\n') },
  { ...bad('has no directory id', 'version=1\ncluster.id=x\nnode.id=1\ndirectory.id=zz!z\n') },
  { name: 'a cluster id with characters to escape', invocations: ['format CONFIG -t a=b:c#d', 'info CONFIG'] },
  { name: 'an empty cluster id', invocations: ['format CONFIG --cluster-id=', 'info CONFIG'] },
  {
    name: 'voters configured, and a dynamic quorum asked for',
    invocations: [`${format} --standalone`, `${format} --initial-controllers ${voters}`, `${format} -N`],
  },
  { name: 'standalone', properties: dynamic, invocations: [format, `${format} --standalone`, 'info CONFIG'] },
  {
    name: 'standalone on every interface',
    properties: { ...dynamic, ...threeDirectories, listeners: 'PLAINTEXT://:19092,CONTROLLER://:19093' },
    invocations: [`${format} -s`],
  },
  {
    name: 'standalone, advertised elsewhere',
    properties: {
      ...dynamic,
      'advertised.listeners': 'PLAINTEXT://localhost:19092,CONTROLLER://controller.example.com:29093',
    },
    invocations: [`${format} -s`],
  },
  { name: 'no first controllers', properties: dynamic, invocations: [`${format} --no-initial-controllers`] },
  { name: 'first controllers', properties: dynamic, invocations: [`${format} --initial-controllers ${voters}`] },
  {
    name: 'first controllers with high ids',
    properties: { ...dynamic, 'node.id': '3001' },
    invocations: [
      `${format} -I 3002@c:3:07R5amHmR32VDA6jHkGbTA,3000@a:1:JEXY6aqzQY-32P5TStzaFg,3001@b:2:MvDxzVmcRsaTz33bUuRU6A`,
    ],
  },
  {
    name: 'first controllers elsewhere',
    properties: { ...dynamic, 'node.id': '9' },
    invocations: [`${format} -I ${voters}`],
  },
  {
    name: 'first controllers that are none',
    properties: dynamic,
    invocations: [
      ...['', ',', 'x', '@', 'x@', '-1@a:1:JEXY6aqzQY-32P5TStzaFg', '1@', '1@a', '1@[a', '1@[a]b', '1@a:1', '1@a:x:y'],
      ...['1@a:70000:y', '1@a:1:y', '1@a:1:JEXY6aqzQY-32P5TStzaFg,1@a:1:JEXY6aqzQY-32P5TStzaFg'],
    ].map(text => `${format} --initial-controllers=${text}`),
  },
  { name: 'a broker', properties: brokerOnly, invocations: [format] },
  {
    name: 'a broker of a dynamic quorum',
    properties: { ...brokerOnly, ...dynamic },
    invocations: [`${format} --standalone`, `${format} -N`],
  },
  {
    name: 'a controller',
    properties: { 'process.roles': 'controller', listeners: 'CONTROLLER://localhost:19093' },
    invocations: [format],
  },
  ...releases.map(release => ({
    name: `release ${release}`,
    invocations: [`version-mapping --release-version ${release}`, `${format} -r ${release}`],
  })),
  { name: 'the latest release', invocations: ['version-mapping', 'version-mapping -r 3.9 -r 4.0'] },
  {
    name: 'unstable features',
    properties: { 'unstable.feature.versions.enable': 'true' },
    invocations: [`${format} -r 4.5`, format],
  },
  {
    name: 'an unstable release',
    properties: { 'unstable.feature.versions.enable': 'true' },
    invocations: [`${format} -r 4.4-IV0`],
  },
  {
    name: 'features that cannot be',
    invocations: [
      ...['group.version', 'group.version=x', 'group.version=7', 'nonsense.version=1', 'group.version=99999'],
      ...['kraft.version=1', 'metadata.version=99', 'metadata.version=31', 'eligible.leader.replicas.version=2'],
      ...['group.version=0 -r 3.3 -f eligible.leader.replicas.version=1', 'metadata.version=21 -r 4.3'],
    ].map(feature => `${format} --feature ${feature}`),
  },
  {
    name: 'kraft.version 0 with a dynamic quorum',
    properties: dynamic,
    invocations: [
      `${format} -s -f kraft.version=0`,
      `${format} -s -f kraft.version=2`,
      `${format} -s -f kraft.version=1`,
    ],
  },
  {
    name: 'features of choice',
    invocations: [`${format} -f group.version=0 -f transaction.version=1 -f share.version=0 -f share.version=1`],
  },
  { name: 'an old metadata.version by number', invocations: [`${format} -f metadata.version=11 -f kraft.version=0`] },
  {
    name: 'ELR before its release',
    invocations: [`${format} -r 4.0 -f eligible.leader.replicas.version=1`],
  },
  {
    name: 'credentials',
    invocations: [
      `${scram(`SCRAM-SHA-256=[name=alice,${salted}]`)} -S SCRAM-SHA-512=[name=bob,iterations=8192,salt=MWIwbjFl,password=b]`,
    ],
  },
  {
    name: 'credentials of random salt',
    invocations: [scram('SCRAM-SHA-256=[name=alice,password=alice-secret]')],
  },
  {
    name: 'a credential in a release that knows none',
    invocations: [`${scram(`SCRAM-SHA-256=[name=alice,${salted}]`)} -r 3.4`],
  },
  {
    name: 'credentials that cannot be',
    invocations: [
      ...['SCRAM-SHA-256', 'SCRAM-SHA-1=[name=a,password=b]', 'SCRAM-SHA-256=name=a', 'SCRAM-SHA-256=[name=a'],
      ...['SCRAM-SHA-256=[]', 'SCRAM-SHA-256=[name]', 'SCRAM-SHA-256=[password=b]', 'SCRAM-SHA-256=[name=a]'],
      ...['SCRAM-SHA-256=[name=a,saltedpassword=YCE=]', 'SCRAM-SHA-256=[name=a,salt=!,password=b]'],
      ...['SCRAM-SHA-256=[name=a,salt=YCE=,saltedpassword=Y]', 'SCRAM-SHA-256=[name=a,password=b,iterations=x]'],
      ...['SCRAM-SHA-256=[name=a,password=b,iterations=4095]', 'SCRAM-SHA-512=[name=a,password=b,iterations=16385]'],
      ...['SCRAM-SHA-256=[name=a,password=b,zoo=1,bar=2]', 'SCRAM-SHA-256=[name=a,password=]', 'SCRAM-SHA-256=[,,]'],
    ].map(scram),
  },
  {
    name: 'features and what they need',
    invocations: [
      ...[
        'metadata.version=30',
        'metadata.version=7',
        'metadata.version=31',
        'metadata.version=6',
        'metadata.version=32',
      ],
      ...['group.version=0', 'group.version=1', 'group.version=2', 'kraft.version=1', 'transaction.version=2'],
      ...['eligible.leader.replicas.version=1', 'share.version=1', 'streams.version=1', 'nonsense=1', 'nonsense'],
      ...['group.version=x', 'group.version=99999', 'group.version=', 'group.version=+1'],
      ...['group.version=1 --feature metadata.version=23', 'group.version=1 -f nonsense=1'],
    ].map(feature => `feature-dependencies --feature ${feature}`),
  },
  {
    name: 'configurations that cannot be',
    properties: { listeners: 'PLAINTEXT://localhost:19092' },
    invocations: ['info CONFIG', format],
  },
  {
    name: 'a node id that is none',
    properties: { 'node.id': '-5' },
    invocations: ['info CONFIG', format],
  },
]
