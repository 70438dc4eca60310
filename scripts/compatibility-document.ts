import { controllerHandlerEntries } from '../src/broker/controller-handlers.ts'
import { handlerEntries } from '../src/broker/handlers.ts'
import { tools } from '../src/cli/tools.ts'
import { ownDefaults } from '../src/config/own-defaults.ts'
import { knownDifferences, otherDifferences } from '../test/compat/differential/known-differences.ts'
import { listKeys, normalizations, unorderedLists } from '../test/compat/differential/normalize.ts'
import { recorded } from '../test/compat/differential/run.ts'
import { scripts } from '../test/compat/differential/scripts.ts'
import { storageSessions } from '../test/compat/tools/sessions/storage.ts'
import { toolSessions } from '../test/compat/tools/sessions.ts'
import { type ApiKey, apiKeys } from '../test/support/reference-codec.ts'

/** What the APIs are for that a Kafka broker serves and Ottla does not yet. */
const missing: readonly { readonly what: string; readonly apis: RegExp }[] = [
  { what: 'Share groups', apis: /^Share|ShareGroup/ },
  { what: 'Streams groups', apis: /^Streams/ },
  { what: 'Access control', apis: /Acls$/ },
  { what: 'SASL', apis: /^Sasl/ },
  { what: 'Delegation tokens', apis: /DelegationToken$/ },
  { what: 'Setting quotas, and throttling by them', apis: /Quotas$/ },
  { what: 'More than one node', apis: /Reassignments$|^ElectLeaders|^UnregisterBroker|RaftVoter$/ },
  { what: 'Changing feature levels', apis: /^UpdateFeatures$/ },
  { what: 'Client telemetry', apis: /Telemetry/ },
]

interface ListedKey extends ApiKey {
  readonly listeners?: readonly string[]
}

/** `docs/COMPATIBILITY.md`, out of what is served and what the judges of `test/compat` found. */
export function compatibilityDocument(): string {
  const servedKeys = new Set(handlerEntries.map(({ key }) => key))
  const served = apiKeys.filter(({ key }) => servedKeys.has(key))
  const answers = scripts.flatMap(({ title }) => recorded(title))
  const commandLines = [...toolSessions, ...storageSessions].reduce(
    (sum, { invocations }) => sum + invocations.length,
    0,
  )
  return `${[
    '<!-- Made by scripts/generate-docs.ts out of src/ and test/compat/. Do not edit. -->',
    '# Compatibility',
    'Ottla is compared with Apache Kafka 4.3.1, in these ways:',
    [
      `- **Answer by answer.** Scripted sessions, errors and edges included, are played to both, and ${answers.length} answers are ` +
        'compared field by field (`test/compat/differential/`). Where there is no Java, the answers Kafka gave when it was recorded stand in.',
      '- **By its clients.** The clients of many languages produce, consume, rebalance and administer; what one writes every other reads (`test/compat/clients/`).',
      '- **By its tools.** The command-line tools of Kafka 4.3.1 run against Ottla, and `DumpLogSegments` over its files; real Kafka starts on a ' +
        'directory that Ottla left, and Ottla on one that Kafka left (`test/compat/java-tools/`).',
      "- **By its codec.** Every version of every message is written and read by Kafka's own classes and by Ottla's, byte for byte (`test/protocol/`).",
    ].join('\n'),
    '## Command-line tools',
    `These answer as Kafka's of the same name, and are compared with them on ${commandLines} command lines ` +
      '(`test/compat/tools/`): what they print, what they exit with, and the first line of what they complain of. ' +
      "Of their help all but the descriptions of options is Kafka's.",
    tools
      .map(({ kafkaName, name, summary }) => `- \`ottla ${name}\`, also \`ottla ${kafkaName}\`: ${summary}`)
      .join('\n'),
    '## APIs served',
    'Each in every version that Kafka 4.3.1 serves.',
    table(
      ['Key', 'API', 'Versions', 'Answers compared'],
      served.map(({ key, name, min, max }) => [
        String(key),
        name,
        min === max ? String(min) : `${min}–${max}`,
        String(answers.filter(({ api }) => api === name).length),
      ]),
    ),
    `On the listeners of the controller (\`controller.listener.names\`) are served, and compared with Kafka's there: ${controllerApis()}.`,
    '## Not served yet',
    'These are neither advertised nor answered: a client that asks for one all the same is disconnected, as Kafka disconnects it for an API it does not know.',
    table(['What', 'APIs'], missingRows(servedKeys)),
    '## Known differences',
    table(
      ['Ottla', 'Why'],
      [...knownDifferences, ...otherDifferences].map(({ what, reason }) => [what, reason]),
    ),
    "Defaults that differ from Kafka's:",
    table(
      ['Key', 'Default', 'When', 'Why'],
      ownDefaults.map(({ key, value, when, reason }) => [code(key), code(value), when, reason]),
    ),
    'Keys that Ottla accepts and that have no effect yet are marked in [CONFIGURATION.md](CONFIGURATION.md).',
    '## The log',
    'Lines have the form that Kafka gives them, and the names of its loggers where Ottla has the same part. Levels are ' +
      'taken from `KAFKA_LOG4J_ROOT_LOGLEVEL`, `KAFKA_LOG4J_LOGGERS`, the configuration of log4j that `KAFKA_LOG4J_OPTS` or ' +
      '`KAFKA_OPTS` names (YAML, JSON, properties; not XML), and from `kafka-configs --entity-type broker-loggers`. Whatever else ' +
      'such a file says has no effect: appenders, layouts, filters, files of their own for some loggers, variables in levels. ' +
      'The log is the standard output. The tools have no log, so `KAFKA_TOOLS_LOG4J_LOGLEVEL` has no effect.',
    '## What is not compared',
    'Two correct brokers differ in these values. An _identity_ must still be the same wherever one session meets it again; a _moment_ is any ' +
      'time of that day; of an _amount_ or a _text_ only its presence counts.',
    table(
      ['Field', 'In', 'Compared as', 'Why'],
      normalizations.map(({ fields, api, as, reason }) => [
        fields.map(code).join(', '),
        api ?? 'any answer',
        as,
        reason,
      ]),
    ),
    `Lists whose elements are named by ${listKeys.map(code).join(', ')} are compared in that order, since Kafka often answers in the order of a hash. So do ${unorderedTexts()}.`,
  ].join('\n\n')}\n`
}

function controllerApis(): string {
  const keys = controllerHandlerEntries.map(({ key }) => key)
  return apiKeys.flatMap(({ key, name }) => (keys.includes(key) ? [name] : [])).join(', ')
}

function missingRows(servedKeys: ReadonlySet<number>): string[][] {
  const left = (apiKeys as readonly ListedKey[]).filter(
    ({ key, listeners }) => listeners?.includes('BROKER') && !servedKeys.has(key),
  )
  const groupOf = (name: string) => missing.find(({ apis }) => apis.test(name))
  const stray = left.find(({ name }) => groupOf(name) === undefined)
  if (stray !== undefined) throw new Error(`say in compatibility-document.ts what ${stray.name} is for`)
  return missing.flatMap(group => {
    const names = left.filter(({ name }) => groupOf(name) === group).map(({ name }) => name)
    return names.length === 0 ? [] : [[group.what, names.join(', ')]]
  })
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}

function unorderedTexts(): string {
  return Object.entries(unorderedLists)
    .map(([api, fields]) => `the ${fields.map(code).join(' and ')} of ${api}`)
    .join(', ')
}
