import type { KnownDifference } from './compare.ts'

/** What stays different, and why. One that no longer occurs fails the test: delete it then. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    pairs: 'ApiVersions-*',
    path: 'apiKeys.apiKey=*',
    what: 'ApiVersions lists fewer APIs',
    reason: 'Ottla advertises what it serves; the APIs it does not serve yet are listed above.',
  },
  {
    pairs: 'Frames-31-*',
    path: '',
    what: 'A request with bytes behind its body closes the connection, unless it is Metadata',
    reason:
      'Kafka answers and never mentions the bytes. They mean that client and broker disagree about the message. librdkafka sends three too many with Metadata.',
  },
  {
    pairs: 'AlterConfigs-4-*',
    path: '',
    what: 'AlterConfigs that names a resource twice is answered INVALID_REQUEST',
    reason: 'Kafka fails inside and leaves the request, and with it the connection, without any answer.',
  },
  {
    pairs: 'Produce-9-*',
    path: '',
    what: 'Produce with null instead of records is answered UNKNOWN_SERVER_ERROR',
    reason: 'Kafka fails inside and leaves the request, and with it the connection, without any answer.',
  },
  {
    pairs: 'Fetch-17-*',
    path: 'responses.0.partitions.0.records',
    what: 'Fetch ends where a batch ends',
    reason:
      'Kafka fills up the limit with the first part of the next batch. Clients throw that part away; it would only cost the wire.',
  },
  {
    pairs: 'TransactionalReads-7-*',
    path: 'responses.0.partitions.0.lastStableOffset',
    what: 'The last stable offset is never below the start of the log',
    reason:
      'Where records are deleted up to the middle of a batch of an open transaction, Kafka names the first offset of that batch, which nobody can read.',
  },
]

/** Differences that no session shows. */
export const otherDifferences: readonly Pick<KnownDifference, 'what' | 'reason'>[] = [
  {
    what: 'WriteTxnMarkers that names a partition twice, or after others names one marker that is for nothing known, is answered',
    reason: 'Kafka counts its answers wrongly then and leaves the request, and with it the connection, without any.',
  },
  {
    what: 'DescribeConfigs and AlterConfigs know other loggers',
    reason: "Loggers are named after Kafka's where Ottla has the same part; Kafka has parts that Ottla has not.",
  },
  {
    what: 'A listener on every interface tells each client the address it came by, where advertised.listeners is unset',
    reason:
      'Kafka tells all of them its host name, or does not start where the listener is on 0.0.0.0. On most networks of containers neither helps: see docs/NETWORKING.md.',
  },
  {
    what: 'Keys that name Java classes have no effect, and there is no JMX',
    reason: 'There is no JVM.',
  },
]
