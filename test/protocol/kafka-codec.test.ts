import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { exited, javac, resolveJars, spawnJava } from '../support/java.ts'
import { requireOrSkip } from '../support/require.ts'
import { arbitraryValue, extremeValues } from './support/arbitrary.ts'
import { type Value, withDefaults } from './support/interpreter.ts'
import { normalised, parseKafkaJson, stringifyKafkaJson, toKafkaJson } from './support/kafka-json.ts'
import { ALL_MESSAGES, type KnownMessage, versionsOf } from './support/messages.ts'

const RANDOM_VALUES = 50

interface Case {
  readonly known: KnownMessage
  readonly version: number
  readonly encoded: Buffer
  readonly line: string
}

/** Split at newlines alone: `node:readline` also splits at U+2028, which JSON may hold as it is. */
async function* lines(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  input.setEncoding('utf8')
  let rest = ''
  for await (const chunk of input) {
    const parts = `${rest}${chunk}`.split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

function* cases(seed: number): Generator<Case> {
  for (const known of ALL_MESSAGES) {
    for (const version of versionsOf(known.message)) {
      const random = fc.sample(arbitraryValue(known.message, version), { numRuns: RANDOM_VALUES, seed })
      for (const value of [...extremeValues(known.message, version), ...random]) yield toCase(known, version, value)
    }
  }
}

function toCase(known: KnownMessage, version: number, value: Value): Case {
  const { message, javaClass } = known
  const encoded = Buffer.concat(message.encode(value, version))
  const complete = withDefaults(message.shape, value)
  // JSON has no place for unknown tagged fields: such a value goes through Kafka's codec as bytes only.
  const json = hasUnknownTags(value)
    ? ''
    : stringifyKafkaJson(toKafkaJson(message, complete, version, { emptyRecords: false }))
  return { known, version, encoded, line: [javaClass, version, encoded.toString('base64'), json].join('\t') }
}

function hasUnknownTags(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknownTags)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return false
  return 'unknownTaggedFields' in value || Object.values(value).some(hasUnknownTags)
}

function check({ known: { message }, version, encoded }: Case, answer: string): void {
  const [verdict, json = ''] = answer.split('\t')
  assert.equal(verdict, 'ok')
  const decoded = message.decode(encoded, version)
  const expected = toKafkaJson(message, decoded as Value, version, { emptyRecords: true })
  assert.deepEqual(parseKafkaJson(json), normalised(expected))
}

test("Apache's codec writes the same bytes and reads the same values, for every version of every message", async t => {
  if (!requireOrSkip(t, 'java')) return
  const jars = await resolveJars('kafka-4.3.1')
  const classes = await javac([fileURLToPath(new URL('support/MessageCodec.java', import.meta.url))], jars)
  const child = spawnJava({ classPath: [classes, ...jars], mainClass: 'MessageCodec' })
  const { stdin, stdout, stderr } = child
  assert.ok(stdin !== null && stdout !== null && stderr !== null)
  let complaint = ''
  stderr.on('data', chunk => {
    complaint += chunk
  })

  const seed = Math.floor(Math.random() * 2 ** 31)
  const asked: Case[] = []
  const failures: string[] = []
  const versions = new Set<string>()
  let answered = 0
  const answers = (async () => {
    for await (const answer of lines(stdout)) {
      const one = asked[answered]
      delete asked[answered]
      answered++
      assert.ok(one !== undefined)
      versions.add(`${one.known.message.name} ${one.version}`)
      try {
        check(one, answer)
      } catch (error) {
        failures.push(`${one.line}\n  ${answer}\n  ${error}`)
      }
    }
  })()
  let count = 0
  for (const one of cases(seed)) {
    asked.push(one)
    count++
    if (!stdin.write(`${one.line}\n`)) await once(stdin, 'drain')
  }
  stdin.end()
  await answers
  assert.equal(await exited(child), 0, complaint)
  assert.deepEqual(failures.slice(0, 3), [], `${failures.length} of ${count} values differ; seed ${seed}`)
  assert.equal(answered, count)
  t.diagnostic(`${count} values of ${versions.size} versions of ${ALL_MESSAGES.length} messages`)
})
