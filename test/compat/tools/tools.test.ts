import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import { skipWithout } from '../../support/require.ts'
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts'
import { hasOptions, helpShape } from './help-shape.ts'
import { runOwnTool, type ToolRun } from './run-own-tool.ts'
import type { Invocation } from './session.ts'
import { toolSessions } from './sessions.ts'

describe("Ottla's tools answer as Kafka's", { skip: skipWithout('java') }, () => {
  let java: JavaTools

  before(async () => {
    java = await JavaTools.start()
  })

  after(() => java?.stop())

  for (const { kafkaName, title, mainClass, properties, prepare, invocations } of toolSessions) {
    test([kafkaName, title].join(' ').trim(), async t => {
      const theirs = await startTestBroker(t, properties)
      const ours = await startTestBroker(t, properties)
      const { path: directory, remove } = await temporaryDirectory('tools')
      t.after(remove)
      await prepare?.(theirs, directory)
      await prepare?.(ours, directory)
      for (const invocation of invocations) {
        const { endsJvm, input } = invocation
        const words = commandLine(invocation, theirs, directory)
        const expected =
          endsJvm === undefined
            ? await java.run(invocation.mainClass ?? mainClass, words, input)
            : await java.runAlone(mainClass, words)
        const actual = await runOwnTool(
          invocation.kafkaName ?? kafkaName,
          commandLine(invocation, ours, directory),
          input,
        )
        await t.test(['$', ...invocation.args].join(' '), () =>
          assert.deepEqual(comparable(actual, ours, invocation), comparable(expected, theirs, invocation)),
        )
      }
    })
  }
})

function commandLine({ args, isBare }: Invocation, broker: TestBroker, directory: string): string[] {
  const own = args.map(argument =>
    argument
      .replace('DIRECTORY', directory)
      .replace('BOOTSTRAP', `127.0.0.1:${broker.port}`)
      .replace(/^CONTROLLER$/, `127.0.0.1:${controllerPortOf(broker)}`),
  )
  return isBare ? own : ['--bootstrap-server', `127.0.0.1:${broker.port}`, ...own]
}

/** 0 where its controller has no listener. */
function controllerPortOf(broker: TestBroker): number {
  return broker.server.controllerListeners[0]?.port ?? 0
}

/** Exit code, standard output, and of what is an error its first line: below it Kafka's have a stack or their usage. */
function comparable(run: ToolRun, broker: TestBroker, { isUnordered, isHelp }: Invocation): unknown {
  if (isHelp) return { code: run.code, stdout: helpShape(run.stdout), stderr: helpShape(run.stderr) }
  const stdout = normalized(run.stdout, broker).split('\n').map(withSortedPartitions)
  return {
    code: run.code,
    stdout: isUnordered ? stdout.sort() : stdout,
    // Where it goes well this is what Kafka's log says.
    ...(run.code === 0 ? {} : { error: errorOf(normalized(run.stderr, broker)) }),
  }
}

/** Its first line, and whether the options follow; of what argparse4j says all of it, but for where lines are broken. */
function errorOf(stderr: string): unknown {
  if (stderr.startsWith('usage: ')) return stderr.replaceAll(/\s+/g, '')
  return [stderr.split('\n')[0], hasOptions(stderr)]
}

/** In the JSON of log directories they come in the order of a hash map. */
function withSortedPartitions(line: string): string {
  return line.replaceAll(/"partitions":\[\{(.*?)\}\]/g, (_, inner: string) => inner.split('},{').sort().join())
}

/** The words of a set, in order. */
function words(text: string): string {
  return text
    .replaceAll(/[[\],]/g, '')
    .split(' ')
    .sort()
    .join(' ')
}

function normalized(text: string, broker: TestBroker): string {
  return (
    text
      .replaceAll(/TopicId: [\w-]{22}/g, 'TopicId: ID')
      .replaceAll(String(broker.port), 'PORT')
      .replaceAll(`:${controllerPortOf(broker)}`, ':PORT')
      .replaceAll(` ${controllerPortOf(broker)} `, ' PORT ')
      .replaceAll(broker.directory, 'LOGS')
      .replaceAll(/(Cluster ?I[dD]: +|"directoryId": ")[\w-]{22}/g, '$1ID')
      .replaceAll(/\b[\w-]{22}\t/g, 'ID\t')
      .replaceAll(/(HighWatermark: +|ID\t)\d+/g, '$1OFFSET')
      // How long a transaction has been open, and the padding that depends on it.
      .replaceAll(/\d{13} *\t\d+ *\t/g, 'TIME\tTIME\t')
      .replaceAll(/\d{13}|\d+ ms ago */g, 'TIME')
      // A member's id, and columns as wide.
      .replaceAll(/one-[0-9a-f-]{36}/g, 'one-ID')
      // Of which commit it is.
      .replaceAll(/^(4\.[\d.]+) \(Commit:.*\)$/gm, '$1')
      // What a JVM says of an exception that nobody caught.
      .replace(/^joptsimple\.\w+: /, '')
      // Java says no more than the path.
      .replace('.properties: cannot be read', '.properties')
      // A `Set.of`, whose order differs from one JVM to the next.
      .replace('[[config], [bootstrap-server]]', '[[bootstrap-server], [config]]')
      .replace('[all-groups], [group]', '[group], [all-groups]')
      .replace('[topic], [group]', '[group], [topic]')
      .replace(
        /(Valid \w+ are: |following scenarios: )(.*)/,
        (_, before: string, names: string) => before + words(names),
      )
  )
}
