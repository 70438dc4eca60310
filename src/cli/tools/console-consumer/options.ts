import { clientOptions } from '../../client-options.ts'

export const options = {
  ...clientOptions,
  topic: { argument: 'name', help: 'The topic to read.' },
  include: { argument: 'pattern', help: 'Every topic whose name matches.' },
  'from-beginning': { help: 'Begins with the oldest record instead of the next one.' },
  partition: { argument: 'id', type: 'integer', help: 'Only this partition.' },
  offset: { argument: 'offset', help: 'With --partition: where to begin, or earliest, or latest.' },
  'max-messages': { argument: 'count', type: 'integer', help: 'Stops after so many records.' },
  'timeout-ms': { argument: 'milliseconds', type: 'long', help: 'Stops when no record has come for so long.' },
  group: { argument: 'id', help: 'Reads as a member of this group, from where it has committed.' },
  'isolation-level': {
    argument: 'level',
    choices: ['read_committed', 'read_uncommitted'],
    help: 'read_committed leaves aborted transactions out; read_uncommitted unless given.',
  },
  'formatter-property': {
    argument: 'key=value',
    help: 'What is shown: print.timestamp, print.partition, print.offset, print.headers, print.key, print.value, print.epoch, print.delivery, key.separator, line.separator, headers.separator, null.literal. May be repeated.',
  },
  'formatter-config': { argument: 'file', help: 'The same as a properties file.' },
  formatter: {
    argument: 'class',
    help: 'DefaultMessageFormatter, LoggingMessageFormatter or NoOpMessageFormatter, with or without its package.',
  },
  'command-property': { argument: 'key=value', help: 'A property of the client. May be repeated.' },
  'skip-message-on-error': { help: 'Accepted, without an effect: no record can fail here.' },
  'key-deserializer': { argument: 'class', help: 'Only StringDeserializer and ByteArrayDeserializer are built in.' },
  'value-deserializer': { argument: 'class', help: 'Only StringDeserializer and ByteArrayDeserializer are built in.' },
  'enable-systest-events': { help: 'Accepted, without an effect.' },
  'consumer-property': { argument: 'key=value', help: 'The older name of --command-property.' },
  'consumer.config': { argument: 'file', help: 'The older name of --command-config.' },
  property: { argument: 'key=value', help: 'The older name of --formatter-property.' },
} as const
