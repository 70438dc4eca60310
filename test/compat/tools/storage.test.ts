import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createChecksum } from '../../../src/platform/checksum.ts'
import { KRaftVersionRecord } from '../../../src/protocol/control/kraft-version-record.ts'
import { SnapshotHeaderRecord } from '../../../src/protocol/control/snapshot-header-record.ts'
import { VotersRecord } from '../../../src/protocol/control/voters-record.ts'
import { ControlRecordType } from '../../../src/protocol/records/control-record.ts'
import { readMetadataBatches } from '../../../src/storage/metadata-batches.ts'
import type { QuorumControlRecord } from '../../../src/storage/snapshot-format.ts'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import { skipWithout } from '../../support/require.ts'
import { helpShape } from './help-shape.ts'
import { runOwnTool, type ToolRun } from './run-own-tool.ts'
import { baseProperties, type StorageSession, storageSessions } from './sessions/storage.ts'

type RunTool = (args: readonly string[]) => Promise<ToolRun>

describe("kafka-storage says and writes what Kafka's does", { skip: skipWithout('java') }, () => {
  let java: JavaTools

  before(async () => {
    java = await JavaTools.start()
  })

  after(() => java?.stop())

  for (const session of storageSessions) {
    test(session.name, async t => {
      const { path: directory, remove } = await temporaryDirectory('storage')
      t.after(remove)
      // In one place, since the order in which Kafka formats directories depends on their paths.
      const expected = await outcomes(session, directory, args => java.run('kafka.tools.StorageTool', args))
      const actual = await outcomes(session, directory, args => runOwnTool('kafka-storage', args))
      for (const [index, invocation] of session.invocations.entries()) {
        await t.test(`$ ${invocation}`, () => assert.deepEqual(actual[index], expected[index]))
      }
    })
  }
})

/** What each command line says, and the files that are there after it. */
async function outcomes(session: StorageSession, directory: string, run: RunTool): Promise<unknown[]> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory)
  const properties = { ...baseProperties, ...session.properties }
  const lines = Object.entries(properties).flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}\n`))
  await writeFile(join(directory, 'server.properties'), lines.join('').replaceAll('DIRECTORY', directory))
  await session.prepare?.(directory)
  const found: unknown[] = []
  for (const invocation of session.invocations) {
    const result = await run(words(invocation, directory))
    found.push({ ...comparable(result, directory, invocation), files: await filesIn(directory) })
  }
  return found
}

function words(invocation: string, directory: string): string[] {
  const text = invocation.replaceAll('CONFIG', '-c DIRECTORY/server.properties').replaceAll('DIRECTORY', directory)
  return text === '' ? [] : text.split(' ')
}

function comparable({ code, stdout, stderr }: ToolRun, directory: string, invocation: string): object {
  // The descriptions of a help are each tool's own.
  if (/(--help|-h)$/.test(invocation)) return { code, stdout: helpShape(stdout), stderr: helpShape(stderr) }
  const isUsage = stderr.startsWith('usage: ')
  return {
    code,
    stdout: normalized(withoutStackTraces(stdout), directory, invocation),
    // What Kafka logs, and where an exception comes from, is no part of what the tool says; nor where lines are broken.
    stderr: normalized(isUsage ? stderr.replaceAll(/\s+/g, '') : firstError(stderr), directory, invocation),
  }
}

function normalized(text: string, directory: string, invocation: string): string {
  const hasRandomSalt = invocation.includes('password=alice-secret')
  return text
    .replaceAll(directory, 'DIRECTORY')
    .replaceAll(/directory\.id=(?!FLUBCO4F)[\w-]{22}/g, 'directory.id=ID')
    .replaceAll(/^[\w-]{22}$/gm, 'ID')
    .replaceAll(hasRandomSalt ? /\[[-\d, ]+\]/g : /(?!)/g, '[BYTES]')
}

function withoutStackTraces(stdout: string): string {
  return stdout
    .split('\n')
    .filter(line => !/^(\tat |\t\.\.\. |Caused by: |java\.lang\.)/.test(line))
    .join('\n')
}

function firstError(stderr: string): string {
  const line = stderr.split('\n').find(text => text !== '' && !/^(\[|\tat |ERROR |WARN )/.test(text)) ?? ''
  return (
    line
      .replace(/^[\w.$]+(Exception|Error): (requirement failed: )?/, '')
      .replace('.properties: cannot be read', '.properties')
      // Ottla also tells what the keys were given.
      .replace(/ \(given .*\)$/, '')
  )
}

async function filesIn(directory: string): Promise<Record<string, unknown>> {
  const names = (await readdir(directory, { recursive: true })).sort()
  const files: Record<string, unknown> = {}
  for (const name of names) {
    if (/(meta\.properties|\.checkpoint)$/.test(name)) files[name] = await decoded(join(directory, name))
    else if (!/\.(properties)$|arguments$/.test(name)) files[name] = existsSync(join(directory, name))
  }
  return files
}

async function decoded(path: string): Promise<unknown> {
  const bytes = await readFile(path)
  if (path.endsWith('.properties')) {
    return bytes
      .toString()
      .replace(/^#\w.*\n/m, '')
      .replace(
        /directory\.id=(?!FLUBCO4F|JEXY6aqz|MvDxzVmc|07R5amHm|AAAAAAAA|zzzzzzzz|01234567)[\w-]{22}/,
        'directory.id=ID',
      )
  }
  return [...readMetadataBatches(bytes, path, createChecksum())].map(({ records, controls, lastOffset, epoch }) => ({
    lastOffset,
    epoch,
    records: records.map(({ name, version, message }) => ({ name, version, message: masked(message) })),
    controls: controls.map(controlText),
  }))
}

/** A salt that is not given is drawn, and what is made of it differs then. */
function masked(message: object): object {
  if (!('salt' in message && 'name' in message) || (message.salt as Uint8Array).length < 20) return message
  return { ...message, salt: 'DRAWN', storedKey: 'DRAWN', serverKey: 'DRAWN' }
}

function controlText({ type, value }: QuorumControlRecord): unknown {
  switch (type) {
    case ControlRecordType.SNAPSHOT_HEADER: {
      const header = SnapshotHeaderRecord.decode(value, 0)
      return { ...header, lastContainedLogTimestamp: header.lastContainedLogTimestamp > 0 }
    }
    case ControlRecordType.KRAFT_VERSION:
      return KRaftVersionRecord.decode(value, 0)
    case ControlRecordType.KRAFT_VOTERS: {
      const { version, voters } = VotersRecord.decode(value, 0)
      const isGiven = voters.length > 1
      return { version, voters: voters.map(voter => ({ ...voter, ...(isGiven ? {} : { voterDirectoryId: 'ID' }) })) }
    }
    default:
      return { type, value: Buffer.from(value).toString('hex') }
  }
}
