import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Invocation, ToolSession } from '../session.ts'

const toTopic = (topic: string, input: string, ...args: string[]): Invocation => ({
  kafkaName: 'kafka-console-producer',
  mainClass: 'ConsoleProducer',
  args: ['--topic', topic, ...args],
  input,
})

/** Reads one partition, so that the order is one. */
const read = (topic: string, count: number, ...args: string[]): Invocation => ({
  args: [
    ...['--topic', topic, '--partition', '0', '--offset', 'earliest', '--max-messages', String(count)],
    ...['--timeout-ms', '20000', ...args],
  ],
})

const parse = (...properties: string[]) => properties.flatMap(property => ['--reader-property', property])
const print = (...properties: string[]) => properties.flatMap(property => ['--formatter-property', property])

export const consoleTools: ToolSession = {
  mainClass: 'consumer.ConsoleConsumer',
  kafkaName: 'kafka-console-consumer',
  prepare: async (broker, directory) => {
    for (const topic of ['plain', 'keyed', 'headed', 'marked', 'packed']) await broker.createTopic(topic)
    await broker.createTopic('spread', { partitions: 5 })
    await writeFile(join(directory, 'reader.properties'), 'parse.key=true\nkey.separator=:\n')
    await writeFile(join(directory, 'formatter.properties'), 'print.key=true\nprint.offset=true\n')
  },
  invocations: [
    { args: [], isBare: true, isHelp: true },
    { args: ['-h'], isBare: true },
    { args: ['--help'], isBare: true, isHelp: true },
    { args: ['--version'], isBare: true },
    { ...toTopic('plain', ''), args: [], isBare: true, isHelp: true },
    { ...toTopic('plain', ''), args: ['--help'], isBare: true, isHelp: true },
    { ...toTopic('plain', ''), args: ['--version'], isBare: true },
    { ...toTopic('plain', ''), args: [] },
    { ...toTopic('plain', ''), args: ['--nothing', '--topic', 'plain'] },
    toTopic('plain', 'one\ntwo\n\nfour'),
    read('plain', 4),
    read('plain', 2, ...print('print.offset=true', 'print.partition=true', 'print.key=true')),
    read('plain', 1, ...print('print.value=false', 'print.offset=true')),
    read('plain', 1, ...print('print.delivery=true', 'print.epoch=true', 'print.headers=true')),
    read('plain', 2, ...print('line.separator=;')),
    toTopic('keyed', 'a:1\nb:2\n', ...parse('parse.key=true', 'key.separator=:')),
    toTopic('keyed', 'c:3\n', '--reader-config', 'DIRECTORY/reader.properties'),
    toTopic('keyed', 'no separator\n', ...parse('parse.key=true', 'ignore.error=true')),
    read('keyed', 4, ...print('print.key=true')),
    read('keyed', 4, ...print('print.key=true', 'key.separator= => ', 'null.literal=nothing')),
    read('keyed', 2, '--formatter-config', 'DIRECTORY/formatter.properties'),
    toTopic('headed', 'h:1,i:2\tkey\tvalue\n', ...parse('parse.headers=true', 'parse.key=true')),
    toTopic(
      'headed',
      'h=1;i=2|value\n',
      ...parse('parse.headers=true', 'headers.delimiter=|', 'headers.separator=;', 'headers.key.separator=='),
    ),
    read('headed', 2, ...print('print.headers=true', 'print.key=true')),
    read('headed', 1, ...print('print.headers=true', 'headers.separator=/')),
    toTopic('marked', 'k\tNULL\nNULL\tv\n', ...parse('parse.key=true', 'null.marker=NULL')),
    read('marked', 2, ...print('print.key=true', 'null.literal=(none)')),
    toTopic('packed', 'gz\n', '--compression-codec', 'gzip'),
    toTopic('packed', 'default\n', '--compression-codec'),
    toTopic('packed', 'lz4\n', '--compression-codec', 'lz4', '--sync'),
    toTopic('packed', 'snappy\n', '--compression-codec', 'snappy', '--request-required-acks', '1'),
    toTopic('packed', 'zstd\n', '--compression-codec', 'zstd', '--request-required-acks', 'all'),
    read('packed', 5),
    { args: ['--topic', 'packed', '--partition', '0', '--offset', '3', '--max-messages', '2'] },
    // The same partitions for the same keys as Kafka's producer.
    toTopic('spread', 'a:1\nb:2\nc:3\nd:4\ne:5\nlonger key:6\n', ...parse('parse.key=true', 'key.separator=:')),
    {
      args: [
        ...['--topic', 'spread', '--from-beginning', '--max-messages', '6', '--timeout-ms', '20000'],
        ...print('print.partition=true', 'print.key=true'),
      ],
      isUnordered: true,
    },
    {
      args: [
        '--topic',
        'plain',
        '--from-beginning',
        '--max-messages',
        '3',
        '--group',
        'readers',
        '--timeout-ms',
        '20000',
      ],
    },
    {
      args: [
        '--topic',
        'plain',
        '--from-beginning',
        '--max-messages',
        '1',
        '--group',
        'readers',
        '--timeout-ms',
        '20000',
      ],
    },
    { args: ['--include', 'pla.*', '--from-beginning', '--max-messages', '4', '--timeout-ms', '20000'] },
    { args: ['--topic', 'plain', '--include', 'p'] },
    { args: ['--from-beginning'] },
    { args: ['--topic', 'plain', '--offset', '1'] },
    { args: ['--topic', 'plain', '--partition', '0', '--offset', 'first'] },
    { args: ['--include', 'plain', '--partition', '0'] },
    { args: ['--topic', 'plain', '--partition', '0', '--group', 'g'] },
    { args: ['--topic', 'plain', '--partition', '0', '--offset', '1', '--from-beginning'] },
    { args: ['--topic', 'plain'], isBare: true },
    { args: ['--topic', 'plain', '--group', 'a', '--command-property', 'group.id=b'] },
    { args: ['--topic', 'plain', '--from-beginning', '--command-property', 'auto.offset.reset=latest'] },
  ],
}
