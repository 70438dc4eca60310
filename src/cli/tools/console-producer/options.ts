import { compressionTypeNames } from '../../../protocol/records/compression-type.ts'
import { clientOptions } from '../../client-options.ts'

const unused = <const Type extends 'integer' | 'long'>(argument: string, type: Type) => ({
  ...{ argument, type, help: 'Accepted, without an effect.' },
})

export const options = {
  ...clientOptions,
  topic: { argument: 'name', help: 'Where the records go. Required.' },
  'reader-property': {
    argument: 'key=value',
    help: 'How a line becomes a record: parse.key, key.separator (a tab), parse.headers, headers.delimiter (a tab), headers.separator (,), headers.key.separator (:), null.marker, ignore.error. May be repeated.',
  },
  'reader-config': { argument: 'file', help: 'The same as a properties file.' },
  'compression-codec': {
    argument: 'codec',
    isArgumentOptional: true,
    choices: compressionTypeNames,
    help: 'none, gzip (what it is without a word), snappy, lz4 or zstd.',
  },
  'request-required-acks': { argument: 'acks', help: '0, 1, or all (-1), which it is unless given.' },
  'batch-size': { argument: 'bytes', type: 'integer', help: 'Of records in one batch; 16384 unless given.' },
  sync: { help: 'Stops at the first record that is refused.' },
  'max-block-ms': {
    argument: 'milliseconds',
    type: 'long',
    help: 'How long to wait for the topic; 60000 unless given.',
  },
  'request-timeout-ms': { argument: 'milliseconds', type: 'integer', help: 'How long a broker may take.' },
  'command-property': { argument: 'key=value', help: 'A property of the client. May be repeated.' },
  'line-reader': { argument: 'class', help: "Only Kafka's own is built in." },
  'producer-property': { argument: 'key=value', help: 'The older name of --command-property.' },
  'producer.config': { argument: 'file', help: 'The older name of --command-config.' },
  property: { argument: 'key=value', help: 'The older name of --reader-property.' },
  'message-send-max-retries': unused('count', 'integer'),
  'retry-backoff-ms': unused('milliseconds', 'long'),
  timeout: unused('milliseconds', 'long'),
  'metadata-expiry-ms': unused('milliseconds', 'long'),
  'max-memory-bytes': unused('bytes', 'long'),
  'max-partition-memory-bytes': unused('bytes', 'integer'),
  'socket-buffer-size': unused('bytes', 'integer'),
} as const
