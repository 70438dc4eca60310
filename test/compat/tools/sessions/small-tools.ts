import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { produceValues } from '../produce-values.ts'
import type { ToolSession } from '../session.ts'

const somePartitions: ToolSession['prepare'] = async broker => {
  await broker.createTopic('orders', { partitions: 3 })
  await broker.createTopic('payments', { partitions: 12 })
  await broker.createTopic('empty')
  await produceValues(broker, 'orders', 0, ['a', 'b', 'c'])
  await produceValues(broker, 'orders', 2, ['d'])
}

const file = (name: string) => `DIRECTORY/${name}`

export const brokerApiVersions: ToolSession = {
  mainClass: 'BrokerApiVersionsCommand',
  kafkaName: 'kafka-broker-api-versions',
  invocations: [
    { args: [], isBare: true, isHelp: true },
    { args: ['-h'], isBare: true },
    { args: ['--help'], isBare: true, isHelp: true },
    { args: ['--version'], isBare: true },
    { args: ['--command-config', 'x'], isBare: true },
    { args: ['--nothing'] },
    { args: [] },
    { args: ['--command-config', file('missing.properties')] },
  ],
}

export const getOffsets: ToolSession = {
  mainClass: 'GetOffsetShell',
  kafkaName: 'kafka-get-offsets',
  prepare: somePartitions,
  invocations: [
    { args: [], isBare: true, isHelp: true },
    { args: ['-h'], isBare: true },
    { args: ['--help'], isBare: true, isHelp: true },
    { args: ['--version'], isBare: true },
    { args: ['--topic', 'orders'], isBare: true },
    { args: ['--bootstrap-server', 'nowhere'], isBare: true },
    { args: ['--bootstrap-server'], isBare: true },
    { args: ['--nothing'] },
    { args: [] },
    { args: ['--topic', 'orders'] },
    { args: ['--topic', 'orders', '--time', 'earliest'] },
    { args: ['--topic', 'orders', '--time', '-1'] },
    { args: ['--topic', 'orders', '--time', '-2'] },
    { args: ['--topic', 'orders', '--time', '-3'] },
    { args: ['--topic', 'orders', '--time', 'max-timestamp'] },
    { args: ['--topic', 'orders', '--time', 'earliest-local'] },
    { args: ['--topic', 'orders', '--time', '-4'] },
    { args: ['--topic', 'orders', '--time', 'latest-tiered'] },
    { args: ['--topic', 'orders', '--time', 'earliest-pending-upload'] },
    { args: ['--topic', 'orders', '--time', '0'] },
    { args: ['--topic', 'orders', '--time', '9000000000000'] },
    { args: ['--topic', 'orders', '--time', 'yesterday'] },
    { args: ['--topic', 'orders', '--partitions', '0,2'] },
    { args: ['--topic', 'orders', '--partitions', '7'] },
    { args: ['--topic', 'orders', '--partitions', 'zero'] },
    { args: ['--topic', 'ord.*|emp.*'] },
    { args: ['--topic', 'nothing'] },
    { args: ['--topic-partitions', 'orders:1,payments:0-3,:0'] },
    { args: ['--topic-partitions', 'payments:10-'] },
    { args: ['--topic-partitions', 'payments:-2'] },
    { args: ['--topic-partitions', 'pay.*'] },
    { args: ['--topic-partitions', 'orders:1', '--topic', 'orders'] },
    { args: ['--exclude-internal-topics'] },
  ],
}

const deletions: Readonly<Record<string, string>> = {
  'good.json': '{"partitions":[{"topic":"orders","partition":0,"offset":2}],"version":1}',
  'all.json': '{"partitions":[{"topic":"orders","partition":0,"offset":-1}]}',
  'beyond.json': '{"partitions":[{"topic":"orders","partition":2,"offset":100}]}',
  'unknown.json': '{"partitions":[{"topic":"nothing","partition":0,"offset":1}]}',
  'repeated.json':
    '{"partitions":[{"topic":"orders","partition":0,"offset":1},{"topic":"orders","partition":0,"offset":2}]}',
  'newer.json': '{"partitions":[],"version":2}',
  'lacking.json': '{"version":1}',
  'broken.json': '{"partitions":',
  'untyped.json': '{"partitions":[{"topic":"orders","partition":"0","offset":1}]}',
}

export const deleteRecords: ToolSession = {
  mainClass: 'DeleteRecordsCommand',
  kafkaName: 'kafka-delete-records',
  prepare: async (broker, directory) => {
    await somePartitions(broker, directory)
    for (const [name, text] of Object.entries(deletions)) await writeFile(join(directory, name), text)
  },
  invocations: [
    { args: [], isBare: true, isHelp: true },
    { args: ['-h'], isBare: true },
    { args: [] },
    { args: ['--offset-json-file', file('good.json')], isBare: true },
    { args: ['--offset-json-file', file('missing.json')] },
    ...Object.keys(deletions)
      // It waits a minute for the topic to come.
      .filter(name => name !== 'unknown.json')
      .map(name => ({ args: ['--offset-json-file', file(name)] })),
  ],
}

export const logDirs: ToolSession = {
  mainClass: 'LogDirsCommand',
  kafkaName: 'kafka-log-dirs',
  prepare: somePartitions,
  invocations: [
    { args: [], isBare: true, isHelp: true },
    { args: ['-h'], isBare: true },
    { args: ['--describe'], isBare: true },
    { args: [] },
    { args: ['--describe'] },
    { args: ['--describe', '--topic-list', 'orders'] },
    { args: ['--describe', '--topic-list', 'orders,empty'] },
    { args: ['--describe', '--topic-list', 'nothing'] },
    { args: ['--describe', '--broker-list', '1'] },
    { args: ['--describe', '--broker-list', '1,7'] },
    { args: ['--describe', '--broker-list', 'one'] },
  ],
}
