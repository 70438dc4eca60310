import { brokerKeys } from '../src/config/broker-keys.ts'
import { type ConfigKey, type Effect, reasonsWithoutEffect } from '../src/config/config-key.ts'
import { groupSynonyms } from '../src/config/group-synonyms.ts'
import { addPartitionsToTxnKeys } from '../src/config/keys/add-partitions-to-txn.ts'
import { cleanerKeys } from '../src/config/keys/cleaner.ts'
import { clientMetricsKeys } from '../src/config/keys/client-metrics.ts'
import { delegationTokenKeys } from '../src/config/keys/delegation-token.ts'
import { dynamicQuotaKeys } from '../src/config/keys/dynamic-quota.ts'
import { groupKeys } from '../src/config/keys/group.ts'
import { groupCoordinatorKeys } from '../src/config/keys/group-coordinator.ts'
import { kraftKeys } from '../src/config/keys/kraft.ts'
import { logKeys } from '../src/config/keys/log.ts'
import { metadataLogKeys } from '../src/config/keys/metadata-log.ts'
import { metricsKeys } from '../src/config/keys/metrics.ts'
import { quorumKeys } from '../src/config/keys/quorum.ts'
import { quotaKeys } from '../src/config/keys/quota.ts'
import { remoteLogKeys } from '../src/config/keys/remote-log.ts'
import { replicationKeys } from '../src/config/keys/replication.ts'
import { saslKeys } from '../src/config/keys/sasl.ts'
import { serverKeys } from '../src/config/keys/server.ts'
import { shareCoordinatorKeys } from '../src/config/keys/share-coordinator.ts'
import { shareGroupKeys } from '../src/config/keys/share-group.ts'
import { socketServerKeys } from '../src/config/keys/socket-server.ts'
import { sslKeys } from '../src/config/keys/ssl.ts'
import { topicKeys } from '../src/config/keys/topic.ts'
import { transactionKeys } from '../src/config/keys/transaction.ts'
import { ownDefaults } from '../src/config/own-defaults.ts'
import { defaultValue } from '../src/config/parse-value.ts'
import { topicSynonyms } from '../src/config/topic-synonyms.ts'

type Keys = Readonly<Record<string, ConfigKey>>

const brokerSections: readonly (readonly [title: string, keys: Keys])[] = [
  ['The server', serverKeys],
  ['Roles and registration', kraftKeys],
  ['Listeners, sockets and connections', socketServerKeys],
  ['The log', logKeys],
  ['Log compaction', cleanerKeys],
  ['Replication', replicationKeys],
  ['The controller quorum', quorumKeys],
  ['The metadata log', metadataLogKeys],
  ['Groups and offsets', groupCoordinatorKeys],
  ['Transactions and producers', { ...transactionKeys, ...addPartitionsToTxnKeys }],
  ['Share groups', { ...shareGroupKeys, ...shareCoordinatorKeys }],
  ['Quotas', quotaKeys],
  ['Metrics', metricsKeys],
  ['TLS and principals', sslKeys],
  ['SASL', saslKeys],
  ['Delegation tokens', delegationTokenKeys],
  ['Tiered storage', remoteLogKeys],
]

/** `docs/CONFIGURATION.md`, out of the table of keys. */
export function configurationDocument(): string {
  const brokerRows = Object.values<ConfigKey>(brokerKeys)
  const works = brokerRows.filter(({ effect }) => effect === 'works').length
  const refused = brokerRows.filter(({ effect }) => effect === 'refused').length
  const warns = brokerRows.length - works - refused
  return `${[
    '<!-- Made by scripts/generate-docs.ts out of src/config. Do not edit. -->',
    '# Configuration',
    'Ottla takes the keys of Apache Kafka 4.3.1: from a `server.properties` file, from `KAFKA_…` variables of the ' +
      'environment (mapped as the official image maps them: `KAFKA_NUM_PARTITIONS` is `num.partitions`, two underscores ' +
      'are one, three are a dash), and from `--override key=value`; of these the later wins over the earlier.',
    `Of the ${brokerRows.length} broker keys ${works} **work**, each held to a test of what it does. ${warns} have ` +
      'no effect: they are checked and reported like the others, and when one is set, one line at the start **warns** ' +
      `of it and says why. ${refused} name Java classes that decide what clients may do: set to anything but the ` +
      'default they are **refused**, and the node does not start, since to ignore them would be unsafe. An unknown key ' +
      'is a warning. A bad value stops the start, with the key, the value and what was expected.',
    '_Mode_ says how a key may change while the broker runs: not at all (read-only), by `kafka-configs` for one broker ' +
      '(per-broker), or for one and for all of them (cluster-wide). Topic and group keys change at any time.',
    '## Why a key may have no effect',
    table(
      ['In the column _Ottla_', 'Why'],
      Object.entries(reasonsWithoutEffect).map(([name, why]) => [`warns: ${name}`, `${why}.`]),
    ),
    "## Where Ottla's defaults differ from Kafka's",
    table(
      ['Key', 'Default', 'When', 'Why'],
      ownDefaults.map(({ key, value, when, reason }) => [code(key), code(value), when, reason]),
    ),
    '## What else differs',
    otherDifferences.map(difference => `- ${difference}`).join('\n'),
    '## Broker keys',
    ...brokerSections.flatMap(([title, keys]) => [`### ${title}`, keyTable(keys, { mode: true })]),
    '### Only while the broker runs',
    'These are no keys of `server.properties`; `kafka-configs --alter --entity-type brokers` sets them.',
    keyTable(dynamicQuotaKeys, { mode: true }),
    '## Topic keys',
    'What a topic does not set itself comes from the broker key beside it.',
    keyTable(topicKeys, { fallbacks: name => topicFallbacks(name) }),
    '## Group keys',
    'What a group does not set itself comes from the broker key beside it.',
    keyTable(groupKeys, { fallbacks: name => groupFallbacks(name) }),
    '## Client metrics keys',
    keyTable(clientMetricsKeys, {}),
  ].join('\n\n')}\n`
}

const otherDifferences: readonly string[] = [
  'A node that is not broker and controller in one, is one controller of several, or has a listener other than ' +
    'PLAINTEXT does not start: it would be something else than its configuration says.',
  'Without `process.roles` and without a quorum a node is a cluster by itself, and needs no controller listener.',
  'Names of Java classes that only watch or extend are kept and reported, and no class is looked for: Kafka refuses one ' +
    'it cannot load.',
  "Of the classes that `config.providers` may name Kafka's own are built in: FileConfigProvider, DirectoryConfigProvider and " +
    'EnvVarConfigProvider, each with its parameters. Another class stops the start.',
  'Unless they are set, `controller.quorum.append.linger.ms` and `metadata.max.idle.interval.ms` act as 0, and ' +
    '`socket.listen.backlog.size` as 1024, whatever DescribeConfigs says: nobody follows the metadata log of a lone ' +
    'node, and one event loop accepts connections between all else.',
  'DescribeConfigs gives the sentences below as documentation, not those of Kafka.',
  "Broker loggers are Ottla's; they have Kafka's names where they do what Kafka's do.",
]

interface Columns {
  readonly mode?: boolean
  readonly fallbacks?: (name: string) => string
}

function keyTable(keys: Keys, { mode, fallbacks }: Columns): string {
  const heads = [
    'Key',
    'Ottla',
    'Type',
    'Default',
    'Valid',
    ...(mode ? ['Mode'] : []),
    ...(fallbacks ? ['Broker key'] : []),
    'Meaning',
  ]
  const rows = Object.entries(keys)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, key]) => [
      code(name),
      shownEffect(key.effect),
      key.type,
      key.defaultText === undefined ? 'required' : shownDefault(name, key),
      key.validator === undefined || key.validator.text === '' ? '' : code(key.validator.text),
      ...(mode ? [key.updateMode] : []),
      ...(fallbacks ? [fallbacks(name)] : []),
      `${key.meaning}${key.internal ? ' _Internal._' : ''}`,
    ])
  return table(heads, rows)
}

function shownEffect(effect: Effect): string {
  if (typeof effect === 'object') return `warns: ${effect.warns}`
  return effect === 'works' ? '**works**' : 'refused'
}

function shownDefault(name: string, key: ConfigKey): string {
  const { text } = defaultValue(name, key)
  if (text === null) return 'none'
  return text === '' ? 'empty' : code(text)
}

function topicFallbacks(name: string): string {
  const synonyms = topicSynonyms[name as keyof typeof topicKeys] ?? []
  return synonyms.map(synonym => code(synonym.name)).join(', ')
}

function groupFallbacks(name: string): string {
  const synonym = groupSynonyms[name as keyof typeof groupKeys]
  return synonym === undefined ? '' : code(synonym)
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}
