import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { JavaTools } from '../../support/java-tools.ts'
import { skipWithout } from '../../support/require.ts'
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts'
import { runOwnTool, type ToolRun } from './run-own-tool.ts'
import type { Invocation, ToolSession } from './session.ts'
import { topics } from './sessions/topics.ts'

const sessions: readonly ToolSession[] = [topics]

describe("Ottla's tools answer as Kafka's", { skip: skipWithout('java') }, () => {
  let java: JavaTools

  before(async () => {
    java = await JavaTools.start()
  })

  after(() => java?.stop())

  for (const { kafkaName, mainClass, invocations } of sessions) {
    test(kafkaName, async t => {
      const theirs = await startTestBroker(t)
      const ours = await startTestBroker(t)
      for (const invocation of invocations) {
        const expected = await java.run(mainClass, commandLine(invocation, theirs), invocation.input)
        const actual = await runOwnTool(kafkaName, commandLine(invocation, ours))
        await t.test(['$', ...invocation.args].join(' '), () =>
          assert.deepEqual(comparable(actual, ours, invocation), comparable(expected, theirs, invocation)),
        )
      }
    })
  }
})

function commandLine({ args, isBare }: Invocation, broker: TestBroker): string[] {
  return isBare ? [...args] : ['--bootstrap-server', `127.0.0.1:${broker.port}`, ...args]
}

/** Exit code, standard output, and of what is an error its first line: below it Kafka's have a stack or their usage. */
function comparable(run: ToolRun, broker: TestBroker, { isUnordered, isHelp }: Invocation): unknown {
  if (isHelp) return run.code
  const stdout = normalized(run.stdout, broker).split('\n')
  return {
    code: run.code,
    stdout: isUnordered ? stdout.sort() : stdout,
    error: normalized(run.stderr, broker).split('\n')[0],
  }
}

function normalized(text: string, broker: TestBroker): string {
  return (
    text
      .replaceAll(/TopicId: [\w-]{22}/g, 'TopicId: ID')
      .replaceAll(String(broker.port), 'PORT')
      // A `Set.of`, whose order differs from one JVM to the next.
      .replace('[[config], [bootstrap-server]]', '[[bootstrap-server], [config]]')
  )
}
